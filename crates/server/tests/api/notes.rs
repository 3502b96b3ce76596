use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, PUBLIC_URL, line::Line};

/// As the owner, in person.
async fn in_person(line: &Line, method: &str, path: &str, body: &Value) -> Answer {
    let call = line.app.request(method.parse().unwrap(), path).cookie(&line.number.owner.cookie);
    let call = call.header("origin", PUBLIC_URL);
    if body.is_null() { call.send().await } else { call.json(body).send().await }
}

async fn unread(line: &Line) -> (Value, Vec<Value>) {
    let count = in_person(line, "GET", "/api/conversations/counts", &Value::Null).await.body["mentions"].clone();
    let list = in_person(line, "GET", "/api/conversations?view=mentions", &Value::Null).await;
    let listed = list.body["items"].as_array().unwrap().iter();
    (count, listed.map(|it| json!([it["contact"]["phone"], it["mentioned"]])).collect())
}

#[rstest]
#[tokio::test]
async fn colleagues_write_notes_that_no_customer_gets(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    let before = line.read(&path).await;
    let messages = line.read(&format!("{path}/messages")).await;
    let mut stream = line.get("/api/events").stream().await;
    stream.next().await.expect("a greeting");
    let notes = format!("{path}/notes");
    let written = line.post(&notes).json(&json!({ "text": " He wants a cake. " })).send().await;
    assert_eq!((written.status, written.text("/text")), (201, "He wants a cake.".into()), "{}", written.raw);
    assert_eq!((&written.body["person_id"], &written.body["edited_at"]), (&json!(null), &json!(null)));
    let told = stream.next_of("note.").await;
    assert_eq!((told.kind.as_str(), &told.data["note_id"]), ("note.created", &written.body["id"]));
    assert_eq!(line.read(&notes).await["items"], json!([written.body]));
    // Nothing was said, and nobody took over.
    assert_eq!((line.read(&path).await, line.read(&format!("{path}/messages")).await), (before, messages));
    let note = format!("{notes}/{}", written.text("/id"));
    let edited = line.app.put(&note).api_key(&line.number.key).json(&json!({ "text": "Two cakes" })).send().await;
    assert_eq!((edited.status, edited.text("/text")), (200, "Two cakes".into()), "{}", edited.raw);
    assert!(edited.body["edited_at"].is_string(), "{}", edited.raw);
    assert_eq!(stream.next_of("note.").await.kind, "note.updated");
    assert_eq!(line.delete(&note).send().await.status, 204);
    assert_eq!(stream.next_of("note.").await.kind, "note.deleted");
    line.delete(&note).send().await.assert_problem(404, "not_found");
    assert_eq!(line.read(&notes).await["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn who_is_named_in_a_note_is_told_until_they_look(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    let me = in_person(&line, "GET", "/api/auth/me", &Value::Null).await.text("/user/id");
    assert_eq!(unread(&line).await, (json!(0), vec![]));
    let notes = format!("{path}/notes");
    let note = json!({ "text": "@Ayşe, please look", "mentions": [me, me] });
    let written = line.post(&notes).json(&note).send().await;
    assert_eq!((written.status, &written.body["mentions"]), (201, &json!([me])), "{}", written.raw);
    assert_eq!(unread(&line).await, (json!(1), vec![json!(["9051", true])]));
    let read = in_person(&line, "POST", &format!("{path}/mentions/read"), &Value::Null).await;
    assert_eq!(read.status, 204, "{}", read.raw);
    // It stays among one's mentions, and calls no more; a note that changes calls nobody again.
    assert_eq!(unread(&line).await, (json!(0), vec![json!(["9051", false])]));
    let own = format!("{notes}/{}", written.text("/id"));
    let edit = async |mentions: Value| {
        let edit = json!({ "text": "Please", "mentions": mentions });
        line.app.put(&own).api_key(&line.number.key).json(&edit).send().await
    };
    assert_eq!(edit(json!([me])).await.status, 200);
    assert_eq!(unread(&line).await, (json!(0), vec![json!(["9051", false])]));
    assert_eq!(edit(json!([])).await.status, 200);
    assert_eq!(unread(&line).await, (json!(0), vec![]));
    // Nobody of elsewhere, and no program.
    let stranger = json!({ "text": "@Somebody", "mentions": [line.number.id] });
    let refused = line.post(&notes).json(&stranger).send().await;
    assert_eq!((refused.status, refused.invalid_fields()), (422, vec!["mentions".into()]));
    line.post(&format!("{path}/mentions/read")).send().await.assert_problem(403, "forbidden");
}

#[rstest]
#[tokio::test]
async fn only_who_wrote_a_note_changes_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    let written = in_person(&line, "POST", &format!("{path}/notes"), &json!({ "text": "Mine" })).await;
    let note = format!("{path}/notes/{}", written.text("/id"));
    let operator = line.app.api_key(&line.number.owner, "operator").await;
    let change = line.app.put(&note).api_key(&operator).json(&json!({ "text": "Theirs" })).send().await;
    change.assert_problem(403, "not_yours");
    line.app.delete(&note).api_key(&operator).send().await.assert_problem(403, "not_yours");
    // Who may manage the inbox tidies up.
    assert_eq!(line.delete(&note).send().await.status, 204);
}

#[rstest]
#[tokio::test]
async fn notes_come_a_page_at_a_time_as_messages_do(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = format!("{}/notes", line.customer_writes("9051", "Hello").await);
    for text in ["one", "two", "three"] {
        line.post(&path).json(&json!({ "text": text })).send().await;
        line.clock.advance(Duration::from_secs(1));
    }
    let page = line.read(&format!("{path}?limit=2")).await;
    let texts =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|it| it["text"].clone()).collect::<Vec<_>>();
    assert_eq!(texts(&page), ["two", "three"]);
    let before = line.read(&format!("{path}?limit=2&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!((texts(&before), &before["next_cursor"]), (vec![json!("one")], &json!(null)));
    for wrong in [json!({ "text": " " }), json!({ "text": "x".repeat(4_001) })] {
        let refused = line.post(&path).json(&wrong).send().await;
        assert_eq!((refused.status, refused.invalid_fields()), (422, vec!["text".into()]));
    }
}
