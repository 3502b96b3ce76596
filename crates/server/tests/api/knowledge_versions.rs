//! What a bot knew before: each change leaves the text of before, and it can be taken up again.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::TenantId;
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    rows_of,
};

use crate::support::{
    Answer,
    line::{Line, number},
};

/// A business, and something that its bot knows.
struct Shelf {
    line: Line,
    bot: String,
    item: String,
}

impl Shelf {
    async fn open(engine: Engine, taught: Value) -> Self {
        let line = Line::open(engine).await;
        let bots = line.read("/api/bots").await;
        let bot = format!("/api/bots/{}", bots["items"][0]["id"].as_str().unwrap());
        let item = Self::teach(&line, &bot, taught).await;
        Self { line, bot, item }
    }

    /// As the owner, in person.
    async fn teach(line: &Line, bot: &str, taught: Value) -> String {
        let call = line.app.post(&format!("{bot}/knowledge")).bearer(&line.number.owner.access_token);
        let added = call.json(&taught).send().await;
        assert_eq!(added.status, 201, "{}", added.raw);
        format!("{bot}/knowledge/{}", added.text("/id"))
    }

    /// By the key, a second later.
    async fn change(&self, fields: Value) -> Answer {
        self.line.clock.advance(Duration::from_secs(1));
        self.line.patch(&self.item).json(&fields).send().await
    }

    async fn answers(&self, answer: &str) -> Answer {
        let changed = self.change(json!({ "answer": answer })).await;
        assert_eq!((changed.status, changed.text("/answer")), (200, answer.trim().to_owned()), "{}", changed.raw);
        changed
    }

    async fn versions(&self) -> Vec<Value> {
        let list = self.line.read(&format!("{}/versions?limit=100", self.item)).await;
        assert_eq!(list["next_cursor"], Value::Null);
        list["items"].as_array().unwrap().clone()
    }

    async fn numbers(&self) -> Vec<i64> {
        self.versions().await.iter().map(|it| it["number"].as_i64().unwrap()).collect()
    }

    async fn restore(&self, number: i64) -> Answer {
        self.line.clock.advance(Duration::from_secs(1));
        self.line.post(&format!("{}/versions/{number}/restore", self.item)).send().await
    }

    /// What the bot would find.
    async fn found(&self, question: &str) -> String {
        self.line.read(&format!("{}/search?q={question}", self.bot)).await["items"].to_string()
    }

    async fn kept(&self) -> i64 {
        let tenant = TenantId(self.line.number.owner.tenant_id.parse().unwrap());
        let rows = rows_of(&self.line.app.server.state().db, tenant).await;
        rows.get("knowledge_version").copied().unwrap_or(0)
    }
}

fn opening() -> Value {
    json!({ "question": "When do you open?", "answer": "At eight." })
}

#[rstest]
#[tokio::test]
async fn a_change_leaves_what_was_said_and_by_whom(#[values(Sqlite, Postgres)] engine: Engine) {
    let shelf = Shelf::open(engine, opening()).await;
    let (line, item) = (&shelf.line, &shelf.item);
    let me = line.app.get("/api/auth/me").bearer(&line.number.owner.access_token).send().await.text("/user/id");
    let key = line.read("/api/api-keys").await["items"][0]["id"].clone();
    let first = line.read(item).await;
    assert_eq!((&first["version"], &first["actor"], &first["actor_id"]), (&json!(1), &json!("person"), &json!(me)));
    assert_eq!(shelf.versions().await, Vec::<Value>::new(), "it has said nothing else yet");

    let second = shelf.answers("At nine.").await.body;
    assert_eq!((&second["version"], &second["actor"], &second["actor_id"]), (&json!(2), &json!("api_key"), &key));
    let left = json!({ "number": 1, "title": "When do you open?", "beginning": "At eight.", "characters": 9,
        "actor": "person", "actor_id": me, "written_at": first["updated_at"] });
    assert_eq!(shelf.versions().await, std::slice::from_ref(&left));
    let mut whole = left;
    whole["text"] = json!("At eight.");
    assert_eq!(line.read(&format!("{item}/versions/1")).await, whole);

    // The question alone is a change, too.
    shelf.change(json!({ "question": "Opening hours?" })).await;
    let [newest, _] = &shelf.versions().await[..] else { panic!("two of them") };
    assert_eq!(
        (&newest["number"], &newest["title"], &newest["beginning"], &newest["written_at"]),
        (&json!(2), &json!("When do you open?"), &json!("At nine."), &second["updated_at"])
    );
    for call in [
        line.get(&format!("{item}/versions/3")),
        line.get(&format!("{item}/versions/0")),
        line.post(&format!("{item}/versions/3/restore")),
    ] {
        call.send().await.assert_problem(404, "not_found");
    }
}

#[rstest]
#[tokio::test]
async fn what_changes_nothing_leaves_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let shelf = Shelf::open(engine, opening()).await;
    let first = shelf.line.read(&shelf.item).await;
    for same in
        [json!({}), opening(), json!({ "answer": "  At eight.\n" }), json!({ "answer": "At eight.", "version": 7 })]
    {
        let answer = shelf.change(same).await;
        assert_eq!((answer.status, answer.body), (200, first.clone()));
    }
    assert_eq!(shelf.change(json!({ "answer": " " })).await.status, 422);
    assert_eq!(shelf.versions().await, Vec::<Value>::new());
}

#[rstest]
#[tokio::test]
async fn a_version_is_taken_up_again_and_that_is_taken_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let shelf = Shelf::open(engine, opening()).await;
    shelf.change(json!({ "question": "When do you open in winter?", "answer": "We start at nine." })).await;
    assert!(shelf.found("when%20do%20you%20open").await.contains("We start at nine."));
    let restored = shelf.restore(1).await;
    assert_eq!(
        (restored.status, restored.text("/question"), restored.text("/answer"), &restored.body["version"]),
        (200, "When do you open?".into(), "At eight.".into(), &json!(3)),
        "{}",
        restored.raw
    );
    let found = shelf.found("when%20do%20you%20open").await;
    assert!(found.contains("At eight.") && !found.contains("nine"), "the next answer knows it: {found}");
    assert_eq!(shelf.numbers().await, [2, 1]);

    // What it says already, it says: nothing is kept of that.
    assert_eq!(shelf.restore(1).await.body, restored.body);
    let back = shelf.restore(2).await;
    assert_eq!((back.text("/answer"), &back.body["version"]), ("We start at nine.".into(), &json!(4)));
    assert_eq!(shelf.numbers().await, [3, 2, 1]);
    assert!(shelf.found("when%20do%20you%20open").await.contains("We start at nine."));

    let audit = shelf.line.read("/api/audit?action=knowledge.restored").await;
    let newest = &audit["items"][0];
    assert_eq!(newest["detail"]["version"], 2);
    assert!(shelf.item.ends_with(newest["target"].as_str().unwrap()), "{newest}");
}

#[rstest]
#[tokio::test]
async fn the_oldest_versions_make_room(#[values(Sqlite, Postgres)] engine: Engine) {
    let shelf = Shelf::open(engine, opening()).await;
    for n in 1..=22 {
        shelf.answers(&format!("At {n}.")).await;
    }
    assert_eq!(shelf.numbers().await, (3..=22).rev().collect::<Vec<_>>(), "the newest twenty");
    shelf.line.get(&format!("{}/versions/2", shelf.item)).send().await.assert_problem(404, "not_found");

    let (mut numbers, mut query) = (Vec::new(), "limit=8".to_owned());
    loop {
        let page = shelf.line.read(&format!("{}/versions?{query}", shelf.item)).await;
        numbers.extend(page["items"].as_array().unwrap().iter().map(|it| it["number"].as_i64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=8&cursor={cursor}");
    }
    assert_eq!(numbers, shelf.numbers().await);
    let wrong = shelf.line.get(&format!("{}/versions?cursor=x", shelf.item)).send().await;
    assert_eq!(wrong.invalid_fields(), ["cursor"]);
}

#[rstest]
#[tokio::test]
async fn long_texts_keep_fewer_versions(#[values(Sqlite, Postgres)] engine: Engine) {
    let text = |n: i64| format!("{n:<6}{}", "ğü ".repeat(66_600));
    let shelf = Shelf::open(engine, json!({ "title": "History", "text": text(1) })).await;
    for n in 2..=13 {
        assert_eq!(shelf.change(json!({ "text": text(n) })).await.status, 200);
    }
    let versions = shelf.versions().await;
    let numbers: Vec<_> = versions.iter().map(|it| it["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (3..=12).rev().collect::<Vec<_>>(), "two million characters of them");
    assert_eq!(versions[0]["characters"], 199_805);
    assert_eq!(versions[0]["beginning"].as_str().unwrap().chars().count(), 200);
    let whole = shelf.line.read(&format!("{}/versions/12", shelf.item)).await;
    assert_eq!(whole["text"], text(12).trim());
}

#[rstest]
#[tokio::test]
async fn nobody_writes_over_what_they_have_not_read(#[values(Sqlite, Postgres)] engine: Engine) {
    let shelf = Shelf::open(engine, opening()).await;
    let change = async |answer: &str, version: i64| shelf.change(json!({ "answer": answer, "version": version })).await;
    assert_eq!(change("At nine.", 1).await.body["version"], 2);
    change("At ten.", 1).await.assert_problem(409, "knowledge_changed");
    assert_eq!(shelf.line.read(&shelf.item).await["answer"], "At nine.");
    assert_eq!(shelf.numbers().await, [1]);
    assert_eq!(change("At ten.", 2).await.text("/answer"), "At ten.");
}

#[rstest]
#[tokio::test]
async fn versions_go_with_what_they_are_of(#[values(Sqlite, Postgres)] engine: Engine) {
    let shelf = Shelf::open(engine, opening()).await;
    shelf.answers("At nine.").await;
    let other = shelf.line.post("/api/bots").json(&json!({ "name": "Another" })).send().await;
    let bot = format!("/api/bots/{}", other.text("/id"));
    let item = Shelf::teach(&shelf.line, &bot, opening()).await;
    assert_eq!(shelf.line.patch(&item).json(&json!({ "answer": "At ten." })).send().await.status, 200);
    assert_eq!(shelf.kept().await, 2);
    assert_eq!(shelf.line.delete(&shelf.item).send().await.status, 204);
    assert_eq!(shelf.kept().await, 1);
    shelf.line.get(&format!("{}/versions", shelf.item)).send().await.assert_problem(404, "not_found");
    assert_eq!(shelf.line.delete(&bot).send().await.status, 204);
    assert_eq!(shelf.kept().await, 0);
}

#[rstest]
#[tokio::test]
async fn versions_are_their_tenants_and_who_may_read_may_not_restore(#[values(Sqlite, Postgres)] engine: Engine) {
    let shelf = Shelf::open(engine, opening()).await;
    shelf.answers("At nine.").await;
    let app = &shelf.line.app;
    let stranger = number(app, "Florist").await;
    let [list, one, restore] = ["", "/1", "/1/restore"].map(|rest| format!("{}/versions{rest}", shelf.item));
    for call in [app.get(&list), app.get(&one), app.post(&restore)] {
        call.api_key(&stranger.key).send().await.assert_problem(404, "not_found");
    }
    let viewer = app.api_key(&shelf.line.number.owner, "viewer").await;
    for call in [app.get(&list), app.get(&one)] {
        assert_eq!(call.api_key(&viewer).send().await.status, 200);
    }
    app.post(&restore).api_key(&viewer).send().await.assert_problem(403, "forbidden");
    assert_eq!(shelf.line.read(&shelf.item).await["answer"], "At nine.");
}
