use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::Clock;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::{Line, eventually, number};

fn phones(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["contact"]["phone"].as_str().unwrap()).collect()
}

/// What a view of the owner's shows.
async fn view(line: &Line, query: &str) -> Vec<String> {
    let path = format!("/api/conversations?{query}");
    let answer = line.app.get(&path).cookie(&line.number.owner.cookie).send().await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.raw);
    phones(&answer.body).into_iter().map(str::to_owned).collect()
}

async fn counts(line: &Line) -> Value {
    line.app.get("/api/conversations/counts").cookie(&line.number.owner.cookie).send().await.body
}

/// No bot answers, so that nothing happens by itself.
async fn people_alone(line: &Line) {
    let path = format!("/api/numbers/{}", line.number.id);
    assert_eq!(line.patch(&path).json(&json!({ "bot_id": null })).send().await.status, 200);
}

async fn me(line: &Line) -> String {
    line.app.get("/api/auth/me").cookie(&line.number.owner.cookie).send().await.text("/user/id")
}

async fn change(line: &Line, path: &str, change: Value) -> Value {
    let changed = line.patch(path).json(&change).send().await;
    assert_eq!(changed.status, 200, "{change}: {}", changed.raw);
    assert_eq!(changed.body, line.read(path).await);
    changed.body
}

async fn label(line: &Line, name: &str) -> String {
    line.post("/api/labels").json(&json!({ "name": name, "colour": "red" })).send().await.text("/id")
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn later(line: &Line, by: Duration) -> String {
    (line.clock.now() + by).to_rfc3339()
}

#[rstest]
#[tokio::test]
async fn a_conversation_is_somebodys_or_nobodys(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    people_alone(&line).await;
    let path = line.customer_writes("9051", "Hello").await;
    let me = me(&line).await;
    assert_eq!((view(&line, "view=unassigned").await, view(&line, "view=mine").await), (vec!["9051".into()], vec![]));
    assert_eq!(change(&line, &path, json!({ "assignee_id": me })).await["assignee_id"], json!(me));
    assert_eq!((view(&line, "view=unassigned").await, view(&line, "view=mine").await), (vec![], vec!["9051".into()]));
    assert_eq!(view(&line, &format!("assignee_id={me}")).await, ["9051"]);
    assert_eq!(change(&line, &path, json!({ "assignee_id": null })).await["assignee_id"], json!(null));
    let stranger = number(&line.app, "Florist").await;
    let theirs = line.app.get("/api/auth/me").cookie(&stranger.owner.cookie).send().await.text("/user/id");
    let refused = line.patch(&path).json(&json!({ "assignee_id": theirs })).send().await;
    refused.assert_problem(422, "invalid");
    assert_eq!(refused.invalid_fields(), ["assignee_id"]);
}

#[rstest]
#[tokio::test]
async fn who_takes_over_has_it_until_they_hand_it_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    let me = me(&line).await;
    let act = async |verb: &str| {
        let call = line.app.post(&format!("{path}/{verb}")).cookie(&line.number.owner.cookie);
        call.header("origin", crate::support::PUBLIC_URL).send().await
    };
    assert_eq!(act("takeover").await.body["assignee_id"], json!(me));
    assert_eq!(act("handback").await.body["assignee_id"], json!(null));
    // What was assigned on purpose stays so.
    change(&line, &path, json!({ "assignee_id": me })).await;
    let by_program = line.post(&format!("{path}/takeover")).send().await;
    assert_eq!(by_program.body["assignee_id"], json!(me), "{}", by_program.raw);
    assert_eq!(act("handback").await.body["assignee_id"], json!(me));
}

#[rstest]
#[tokio::test]
async fn every_view_shows_its_conversations_and_counts_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    people_alone(&line).await;
    let me = me(&line).await;
    // Nobody answers, so each of them waits for a person.
    let mut paths = Vec::new();
    for phone in ["9051", "9052", "9053", "9054", "9055"] {
        paths.push(line.customer_writes(phone, "Hello").await);
        line.clock.advance(Duration::from_secs(1));
    }
    line.post(&format!("{}/takeover", paths[0])).send().await;
    change(&line, &paths[1], json!({ "assignee_id": me })).await;
    change(&line, &paths[3], json!({ "state": "snoozed", "snoozed_until": later(&line, Duration::from_hours(2)) }))
        .await;
    change(&line, &paths[4], json!({ "state": "resolved" })).await;
    for (name, expected) in [
        ("open", vec!["9053", "9052", "9051"]),
        ("mine", vec!["9052"]),
        ("unassigned", vec!["9053", "9051"]),
        ("ai", vec!["9053", "9052"]),
        ("human", vec!["9051"]),
        ("waiting", vec!["9053", "9052", "9051"]),
        ("failed", vec![]),
        ("snoozed", vec!["9054"]),
        ("resolved", vec!["9055"]),
        ("mentions", vec![]),
    ] {
        assert_eq!(view(&line, &format!("view={name}")).await, expected, "{name}");
        assert_eq!(counts(&line).await[name], expected.len(), "{name}");
    }
    assert_eq!(view(&line, "").await, ["9055", "9054", "9053", "9052", "9051"]);
    assert_eq!(view(&line, "view=open&control=human").await, ["9051"]);
    assert_eq!(view(&line, "view=ai&control=human").await, Vec::<String>::new());
    let (mut seen, mut query) = (Vec::new(), "view=open&limit=1".to_owned());
    loop {
        let page = line.read(&format!("/api/conversations?{query}")).await;
        seen.extend(phones(&page).into_iter().map(str::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("view=open&limit=1&cursor={cursor}");
    }
    assert_eq!(seen, ["9053", "9052", "9051"]);
}

#[rstest]
#[tokio::test]
async fn a_snoozed_conversation_opens_at_its_time_and_calls_a_person(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    line.post(&format!("{path}/takeover")).send().await;
    let until = later(&line, Duration::from_hours(1));
    let snoozed = change(&line, &path, json!({ "state": "snoozed", "snoozed_until": until })).await;
    assert_eq!((&snoozed["state"], &snoozed["snoozed_until"]), (&json!("snoozed"), &json!(until)));
    line.clock.advance(Duration::from_mins(59));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(line.read(&path).await["state"], "snoozed");
    line.clock.advance(Duration::from_mins(2));
    let awake = eventually(async || Some(line.read(&path).await).filter(|it| it["state"] == "open")).await;
    assert_eq!((&awake["needs_person"], &awake["snoozed_until"]), (&json!(true), &json!(null)));
    for wrong in [
        json!({ "state": "snoozed" }),
        json!({ "state": "snoozed", "snoozed_until": "soon" }),
        json!({ "state": "snoozed", "snoozed_until": line.clock.now().to_rfc3339() }),
    ] {
        let refused = line.patch(&path).json(&wrong).send().await;
        refused.assert_problem(422, "invalid");
        assert_eq!(refused.invalid_fields(), ["snoozed_until"]);
    }
}

#[rstest]
#[tokio::test]
async fn a_customer_who_writes_opens_what_was_put_aside(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    line.post(&format!("{path}/takeover")).send().await;
    change(&line, &path, json!({ "state": "snoozed", "snoozed_until": later(&line, Duration::from_hours(1)) })).await;
    line.customer_writes("9051", "Are you there?").await;
    let open = line.read(&path).await;
    assert_eq!((&open["state"], &open["control"], &open["waiting"]), (&json!("open"), &json!("human"), &json!(true)));
    // What is resolved begins anew, with the AI.
    change(&line, &path, json!({ "state": "resolved" })).await;
    line.customer_writes("9051", "And tomorrow?").await;
    let open = line.read(&path).await;
    assert_eq!((&open["state"], &open["control"], &open["waiting"]), (&json!("open"), &json!("ai"), &json!(false)));
    assert_eq!((&open["control_reason"], &open["assignee_id"]), (&json!("reopened"), &json!(null)));
}

#[rstest]
#[tokio::test]
async fn where_no_bot_answers_a_resolved_conversation_comes_back_to_people(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    people_alone(&line).await;
    let path = line.customer_writes("9051", "Hello").await;
    line.post(&format!("{path}/takeover")).send().await;
    change(&line, &path, json!({ "state": "resolved" })).await;
    assert_eq!(view(&line, "view=waiting").await, Vec::<String>::new());
    line.customer_writes("9051", "One more thing").await;
    let open = line.read(&path).await;
    assert_eq!((&open["state"], &open["control"], &open["waiting"]), (&json!("open"), &json!("human"), &json!(true)));
}

#[rstest]
#[tokio::test]
async fn what_is_resolved_is_not_answered_when_its_time_with_people_is_over(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let line = Line::open(engine).await;
    let hour = json!({ "auto_handback_ms": 3_600_000 });
    assert_eq!(line.patch("/api/tenant").json(&hour).send().await.status, 200);
    let path = line.customer_writes("9051", "Hello").await;
    line.post(&format!("{path}/takeover")).send().await;
    change(&line, &path, json!({ "state": "resolved" })).await;
    line.clock.advance(Duration::from_mins(61));
    let back = eventually(async || Some(line.read(&path).await).filter(|it| it["control"] == "ai")).await;
    assert_eq!((&back["state"], &back["needs_person"]), (&json!("resolved"), &json!(false)));
    // Open again, nothing of before is due.
    assert_eq!(change(&line, &path, json!({ "state": "open" })).await["waiting"], false);
}

#[rstest]
#[tokio::test]
async fn labels_are_put_on_and_taken_off_and_lists_are_picked_by_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    people_alone(&line).await;
    let (cake, bread) = (label(&line, "Cake").await, label(&line, "Bread").await);
    let first = line.customer_writes("9051", "A cake").await;
    line.clock.advance(Duration::from_secs(1));
    let second = line.customer_writes("9052", "A cake and bread").await;
    change(&line, &first, json!({ "add_labels": [cake] })).await;
    let both = change(&line, &second, json!({ "add_labels": [cake, bread, cake] })).await;
    assert_eq!(both["label_ids"], json!([cake, bread]));
    let of = async |label: &str, more: &str| view(&line, &format!("label_id={label}{more}")).await;
    assert_eq!((of(&cake, "").await, of(&bread, "").await), (vec!["9052".into(), "9051".into()], vec!["9052".into()]));
    // The order follows what is said.
    line.clock.advance(Duration::from_secs(1));
    line.customer_writes("9051", "Two cakes").await;
    assert_eq!(of(&cake, "&view=open").await, ["9051", "9052"]);
    assert_eq!(of(&cake, "&view=waiting").await, ["9051", "9052"]);
    assert_eq!(of(&cake, "&view=human").await, Vec::<String>::new());
    change(&line, &first, json!({ "state": "resolved" })).await;
    assert_eq!(of(&cake, "&view=open").await, ["9052"]);
    assert_eq!(of(&cake, "&view=resolved").await, ["9051"]);
    let (mut seen, mut query) = (Vec::new(), format!("label_id={cake}&limit=1"));
    loop {
        let page = line.read(&format!("/api/conversations?{query}")).await;
        seen.extend(phones(&page).into_iter().map(str::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("label_id={cake}&limit=1&cursor={cursor}");
    }
    assert_eq!(seen, ["9051", "9052"]);
    assert_eq!(change(&line, &second, json!({ "remove_labels": [cake] })).await["label_ids"], json!([bread]));
    assert_eq!(of(&cake, "&view=open").await, Vec::<String>::new());
    // A label that is deleted is on nothing any more.
    assert_eq!(line.delete(&format!("/api/labels/{bread}")).send().await.status, 204);
    assert_eq!(line.read(&second).await["label_ids"], json!([]));
    assert_eq!(of(&bread, "").await, Vec::<String>::new());
    let refused = line.patch(&first).json(&json!({ "add_labels": [bread] })).send().await;
    assert_eq!((refused.status, refused.invalid_fields()), (422, vec!["add_labels".into()]));
}

#[rstest]
#[tokio::test]
async fn many_are_changed_at_once_and_the_opposite_undoes_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    people_alone(&line).await;
    let (cake, me) = (label(&line, "Cake").await, me(&line).await);
    let mut paths = Vec::new();
    for phone in ["9051", "9052", "9053"] {
        paths.push(line.customer_writes(phone, "Hello").await);
        line.clock.advance(Duration::from_secs(1));
    }
    let mut before = Vec::new();
    for path in &paths {
        before.push(line.read(path).await);
    }
    let of = |change: &Value| {
        let each = paths.iter().map(|path| {
            let mut one = change.clone();
            one["id"] = json!(id(path));
            one
        });
        json!({ "changes": each.collect::<Vec<_>>() })
    };
    let mut stream = line.get("/api/events").stream().await;
    stream.next().await.expect("a greeting");
    let resolved = of(&json!({ "state": "resolved", "assignee_id": me, "add_labels": [cake] }));
    let changed = line.patch("/api/conversations").json(&resolved).send().await;
    assert_eq!((changed.status, phones(&changed.body)), (200, vec!["9053", "9052", "9051"]), "{}", changed.raw);
    for item in changed.body["items"].as_array().unwrap() {
        assert_eq!(
            (&item["state"], &item["assignee_id"], &item["label_ids"]),
            (&json!("resolved"), &json!(me), &json!([cake]))
        );
    }
    for _ in 0..3 {
        let told = stream.next_of("conversation.updated").await;
        assert_eq!(told.data["state"], "resolved");
    }
    let undone = of(&json!({ "state": "open", "assignee_id": null, "remove_labels": [cake] }));
    assert_eq!(line.patch("/api/conversations").json(&undone).send().await.status, 200);
    for (path, before) in paths.iter().zip(before) {
        let mut after = line.read(path).await;
        after["updated_at"] = before["updated_at"].clone();
        assert_eq!(after, before);
    }
    // All of it or nothing; and what is not there is passed over.
    let half = json!({ "changes": [{ "id": id(&paths[0]), "state": "resolved" },
        { "id": id(&paths[1]), "add_labels": [me] }] });
    line.patch("/api/conversations").json(&half).send().await.assert_problem(422, "invalid");
    assert_eq!(line.read(&paths[0]).await["state"], "open");
    let nobodys = json!({ "changes": [{ "id": me, "state": "resolved" }] });
    let none = line.patch("/api/conversations").json(&nobodys).send().await;
    assert_eq!((none.status, &none.body["items"]), (200, &json!([])));
    let many = json!({ "changes": vec![json!({ "id": me }); 201] });
    line.patch("/api/conversations").json(&many).send().await.assert_problem(422, "invalid");
}

#[rstest]
#[tokio::test]
async fn what_was_somebodys_who_leaves_is_nobodys(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    people_alone(&line).await;
    let owner = &line.number.owner;
    let invited = json!({ "email": "mehmet@example.com", "role": "operator" });
    let invited = line.app.post("/api/invitations").bearer(&owner.access_token).json(&invited).send().await;
    let link = invited.text("/link");
    let token = link.split("#token=").nth(1).unwrap();
    let joined = json!({ "token": token, "name": "Mehmet", "password": crate::support::PASSWORD });
    let joined = line.app.post("/api/invitations/accept").json(&joined).send().await;
    assert!(joined.status < 300, "{}", joined.raw);
    let mehmet = joined.text("/user/id");
    let path = line.customer_writes("9051", "Hello").await;
    change(&line, &path, json!({ "assignee_id": mehmet })).await;
    assert_eq!(line.delete(&format!("/api/people/{mehmet}")).send().await.status, 204);
    assert_eq!(line.read(&path).await["assignee_id"], json!(null));
}
