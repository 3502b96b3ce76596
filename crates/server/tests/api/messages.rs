use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{NumberStatus, Scope, TenantId, number};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, line::Line};

/// A line with one conversation, and the path of its messages.
async fn conversation(engine: Engine) -> (Line, String) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("905301234567", "Hello").await;
    (line, format!("{path}/messages"))
}

async fn sent(line: &Line, path: &str, key: &str, body: &Value) -> Answer {
    line.post(path).header("idempotency-key", key).json(body).send().await
}

#[rstest]
#[tokio::test]
async fn a_text_is_queued_and_takes_the_conversation_over(#[values(Sqlite, Postgres)] engine: Engine) {
    let (line, path) = conversation(engine).await;
    let token = &line.number.owner.access_token;
    let answer = line.app.post(&path).bearer(token).json(&json!({ "text": "We open at eight." })).send().await;
    assert_eq!(answer.status, 202, "{}", answer.raw);
    let message = &answer.body;
    assert_eq!((&message["author"], &message["direction"]), (&json!("operator"), &json!("outbound")));
    assert_eq!((&message["type"], &message["text"]), (&json!("text"), &json!("We open at eight.")));
    assert_eq!((&message["status"], &message["wamid"]), (&json!("queued"), &json!(null)));
    assert!(message["person_id"].is_string(), "{}", answer.raw);
    let conversation = line.read(path.trim_end_matches("/messages")).await;
    assert_eq!((&conversation["control"], &conversation["unread_count"]), (&json!("human"), &json!(0)));
    assert_eq!(conversation["last_message"]["id"], message["id"]);

    let api = line.post(&path).json(&json!({ "text": "And close at six." })).send().await;
    assert_eq!((&api.body["author"], &api.body["person_id"]), (&json!("api"), &json!(null)), "{}", api.raw);
    let thread = line.read(&path).await;
    let ids: Vec<_> = thread["items"].as_array().unwrap().iter().map(|message| message["id"].clone()).collect();
    assert_eq!(ids[1..], [message["id"].clone(), api.body["id"].clone()]);
}

#[rstest]
#[case(json!({ "type": "text", "body": "Hello" }), "text", json!("Hello"))]
#[case(json!({ "type": "text", "text": "Hello" }), "text", json!("Hello"))]
#[case(json!({ "type": "image", "media": { "link": "https://example.com/a.jpg" }, "caption": "Bread" }), "image", json!("Bread"))]
#[case(json!({ "type": "location", "latitude": 40.98, "longitude": 29.02, "name": "Moda" }), "location", json!("Moda"))]
#[case(json!({ "type": "interactive", "interactive": { "type": "buttons", "body": "Which?",
    "buttons": [{ "id": "1", "title": "Rye" }] } }), "interactive", json!("Which?"))]
#[case(json!({ "type": "template", "name": "hello", "language": "en_US" }), "template", json!("hello"))]
#[case(json!({ "type": "reaction", "message_id": "wamid.X", "emoji": "👍" }), "reaction", json!("👍"))]
#[tokio::test]
async fn every_type_is_taken(#[case] body: Value, #[case] kind: &str, #[case] text: Value) {
    let (line, path) = conversation(Sqlite).await;
    let answer = line.post(&path).json(&body).send().await;
    assert_eq!((answer.status, answer.text("/type").as_str()), (202, kind), "{}", answer.raw);
    assert_eq!(answer.body["text"], text);
}

#[rstest]
#[case(json!({}), "text")]
#[case(json!({ "text": "" }), "text.body")]
#[case(json!({ "text": "x".repeat(4_097) }), "text.body")]
#[case(json!({ "type": "hologram" }), "hologram")]
#[case(json!({ "type": "image" }), "image")]
#[case(json!({ "type": "image", "media": { "link": "not a link" } }), "image")]
#[case(json!({ "type": "location", "latitude": 91.0, "longitude": 0.0 }), "location.latitude")]
#[tokio::test]
async fn what_whatsapp_would_refuse_is_refused_first(#[case] body: Value, #[case] field: &str) {
    let (line, path) = conversation(Sqlite).await;
    let answer = line.post(&path).json(&body).send().await;
    answer.assert_problem(422, "invalid_message");
    assert_eq!(answer.invalid_fields(), [field], "{}", answer.raw);
    assert_eq!(line.read(&path).await["items"].as_array().unwrap().len(), 1, "nothing was sent");
}

#[rstest]
#[tokio::test]
async fn a_key_sends_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let (line, path) = conversation(engine).await;
    let (hello, bye) = (json!({ "text": "Hello" }), json!({ "text": "Bye" }));
    let (first, again) = tokio::join!(sent(&line, &path, "a key", &hello), sent(&line, &path, "a key", &hello));
    assert_eq!((first.status, again.status), (202, 202), "{} {}", first.raw, again.raw);
    assert_eq!(first.body["id"], again.body["id"]);
    sent(&line, &path, "a key", &bye).await.assert_problem(409, "idempotency_key_reused");
    let elsewhere = line.customer_writes("9052", "Hello").await;
    sent(&line, &format!("{elsewhere}/messages"), "a key", &hello).await.assert_problem(409, "idempotency_key_reused");

    // Somebody else has thought of the same key.
    let token = &line.number.owner.access_token;
    let other = line.app.post(&path).bearer(token).header("idempotency-key", "a key").json(&hello).send().await;
    assert_eq!(other.status, 202, "{}", other.raw);
    assert_ne!(other.body["id"], first.body["id"]);
    for key in ["", &"x".repeat(201)] {
        sent(&line, &path, key, &hello).await.assert_problem(422, "invalid");
    }
}

#[rstest]
#[tokio::test]
async fn outside_of_the_window_only_a_template_is_sent(#[values(Sqlite, Postgres)] engine: Engine) {
    let (line, path) = conversation(engine).await;
    let closes_at = line.read(path.trim_end_matches("/messages")).await["window"]["closes_at"].clone();
    line.clock.advance(Duration::from_hours(24));
    let refused = line.post(&path).json(&json!({ "text": "Hello" })).send().await;
    refused.assert_problem(422, "window_closed");
    assert_eq!(refused.body["closed_at"], closes_at);
    let detail = refused.text("/detail");
    assert!(detail.contains("template") && detail.contains(closes_at.as_str().unwrap()), "{detail}");
    let template = json!({ "type": "template", "name": "hello", "language": "en_US" });
    assert_eq!(line.post(&path).json(&template).send().await.status, 202);
}

#[rstest]
#[tokio::test]
async fn a_message_quotes_one_of_its_conversation(#[values(Sqlite, Postgres)] engine: Engine) {
    let (line, path) = conversation(engine).await;
    let quoted = line.read(&path).await["items"][0].clone();
    let answer = line.post(&path).json(&json!({ "text": "Hello", "reply_to": quoted["id"] })).send().await;
    assert_eq!((answer.status, &answer.body["reply_to"]), (202, &quoted["wamid"]), "{}", answer.raw);
    let elsewhere = line.customer_writes("9052", "Hello").await;
    let other = format!("{elsewhere}/messages");
    let refused = line.post(&other).json(&json!({ "text": "Hello", "reply_to": quoted["id"] })).send().await;
    refused.assert_problem(422, "invalid_message");
    assert_eq!(refused.invalid_fields(), ["reply_to"]);
}

#[rstest]
#[tokio::test]
async fn a_number_that_is_gone_sends_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let (line, path) = conversation(engine).await;
    let (state, tenant) = (line.app.server.state(), TenantId(line.number.owner.tenant_id.parse().unwrap()));
    let mut tx = state.db.write(Scope::Tenant(tenant)).await.unwrap();
    let (id, now) = (line.number.id, state.clock.now());
    number::set_status(&mut tx.conn(), tenant, id, NumberStatus::Disconnected, None, now).await.unwrap();
    tx.commit().await.unwrap();
    let answer = line.post(&path).json(&json!({ "text": "Hello" })).send().await;
    answer.assert_problem(409, "number_disconnected");
}

#[tokio::test]
async fn a_message_that_no_database_can_hold_is_the_senders_fault() {
    let (line, path) = conversation(Sqlite).await;
    line.post(&path).json(&json!({ "text": "Hello\0" })).send().await.assert_problem(400, "malformed");
    line.post(&path).body("application/json", "{").send().await.assert_problem(400, "malformed");
}
