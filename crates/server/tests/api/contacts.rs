//! What a team writes down of its customers.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::{Line, eventually, number};

const CUSTOMER: &str = "905301234567";

/// The contact of a conversation.
async fn contact(line: &Line, conversation: &str) -> String {
    let id = line.read(conversation).await["contact"]["id"].as_str().unwrap().to_owned();
    format!("/api/contacts/{id}")
}

async fn field(line: &Line, body: Value) -> String {
    let made = line.post("/api/contact-fields").json(&body).send().await;
    assert_eq!(made.status, 201, "{}", made.raw);
    made.text("/id")
}

#[rstest]
#[tokio::test]
async fn what_the_team_writes_down_stays_whatever_whatsapp_says(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let conversation = line.customer_writes(CUSTOMER, "Hello").await;
    let path = contact(&line, &conversation).await;
    let whatsapp_name = line.read(&path).await["whatsapp_name"].clone();
    let mut stream = line.get("/api/events").stream().await;
    stream.next().await.expect("a greeting");
    let told = json!({ "own_name": " Ayşe of the corner shop ", "language": "tr" });
    let changed = line.patch(&path).json(&told).send().await;
    assert_eq!(changed.status, 200, "{}", changed.raw);
    assert_eq!((changed.text("/own_name"), changed.text("/language")), ("Ayşe of the corner shop".into(), "tr".into()));
    assert_eq!(stream.next_of("contact.").await.kind, "contact.updated");

    line.customer_writes(CUSTOMER, "It is me again").await;
    let now = line.read(&path).await;
    assert_eq!((&now["own_name"], &now["whatsapp_name"]), (&json!("Ayşe of the corner shop"), &whatsapp_name));
    assert_eq!(now["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(line.read(&conversation).await["contact"]["name"], "Ayşe of the corner shop");
    let found = line.read("/api/search?q=corner").await;
    assert_eq!(found["conversations"][0]["contact"]["phone"], CUSTOMER);

    let cleared = line.patch(&path).json(&json!({ "own_name": null, "language": null })).send().await;
    assert_eq!((&cleared.body["own_name"], &cleared.body["language"]), (&Value::Null, &Value::Null));
    assert_eq!(line.read(&conversation).await["contact"]["name"], whatsapp_name);
    assert_eq!(line.read("/api/search?q=corner").await["conversations"], json!([]));
}

#[rstest]
#[tokio::test]
async fn a_business_keeps_fields_of_its_own_of_each_contact(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = contact(&line, &line.customer_writes(CUSTOMER, "Hello").await).await;
    let text = field(&line, json!({ "name": "Street", "kind": "text" })).await;
    let amount = field(&line, json!({ "name": "Orders", "kind": "number" })).await;
    let day = field(&line, json!({ "name": "Birthday", "kind": "date" })).await;
    let choice = field(&line, json!({ "name": "Size", "kind": "choice", "choices": ["Small", " Large "] })).await;
    let fields = json!({ &text: " Rose Street 1 ", &amount: 3, &day: "1990-02-28", &choice: "Large" });
    let set = line.patch(&path).json(&json!({ "fields": fields })).send().await;
    assert_eq!(set.status, 200, "{}", set.raw);
    let kept = json!({ &text: "Rose Street 1", &amount: 3, &day: "1990-02-28", &choice: "Large" });
    assert_eq!(set.body["fields"], kept);

    for (id, value) in [
        (&text, json!(7)),
        (&text, json!("x".repeat(501))),
        (&amount, json!("three")),
        (&day, json!("1990-02-30")),
        (&choice, json!("Medium")),
    ] {
        let refused = line.patch(&path).json(&json!({ "fields": { id: value } })).send().await;
        refused.assert_problem(422, "invalid");
        assert_eq!(refused.text("/errors/0/field"), "fields", "{}", refused.raw);
    }
    let unknown = json!({ "fields": { uuid::Uuid::nil().to_string(): "x" } });
    line.patch(&path).json(&unknown).send().await.assert_problem(422, "invalid");
    assert_eq!(line.read(&path).await["fields"], kept, "what is refused changes nothing");

    let some = line.patch(&path).json(&json!({ "fields": { &text: null, &choice: "" } })).send().await;
    assert_eq!(some.body["fields"], json!({ &amount: 3, &day: "1990-02-28" }));
    assert_eq!(line.delete(&format!("/api/contact-fields/{day}")).send().await.status, 204);
    assert_eq!(line.read(&path).await["fields"], json!({ &amount: 3 }), "what was in it goes with the field");
    line.delete(&format!("/api/contact-fields/{day}")).send().await.assert_problem(404, "not_found");

    let renamed =
        line.patch(&format!("/api/contact-fields/{choice}")).json(&json!({ "choices": ["S", "L"] })).send().await;
    assert_eq!((renamed.text("/name"), &renamed.body["choices"]), ("Size".into(), &json!(["S", "L"])));
    let all = line.read("/api/contact-fields").await;
    let names: Vec<_> = all["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Street", "Orders", "Size"]);
}

#[rstest]
#[case(json!({ "name": " ", "kind": "text" }), 422, "invalid")]
#[case(json!({ "name": "x".repeat(41), "kind": "text" }), 422, "invalid")]
#[case(json!({ "name": "Size", "kind": "colour" }), 400, "malformed")]
#[case(json!({ "name": "Size", "kind": "choice" }), 422, "invalid")]
#[case(json!({ "name": "Size", "kind": "choice", "choices": ["S", "s "] }), 422, "invalid")]
#[case(json!({ "name": "Size", "kind": "choice", "choices": [""] }), 422, "invalid")]
#[case(json!({ "name": "Size", "kind": "text", "choices": ["S"] }), 422, "invalid")]
#[tokio::test]
async fn a_field_that_cannot_be_is_refused(#[case] body: Value, #[case] status: u16, #[case] code: &str) {
    let line = Line::open(Sqlite).await;
    line.post("/api/contact-fields").json(&body).send().await.assert_problem(status, code);
}

#[tokio::test]
async fn there_is_an_end_to_fields_and_a_name_is_given_once() {
    let line = Line::open(Sqlite).await;
    for number in 0..50 {
        field(&line, json!({ "name": format!("Field {number}"), "kind": "text" })).await;
    }
    let more = json!({ "name": "One more", "kind": "text" });
    line.post("/api/contact-fields").json(&more).send().await.assert_problem(409, "too_many");
    let first = line.read("/api/contact-fields").await["items"][0]["id"].as_str().unwrap().to_owned();
    let taken = line.patch(&format!("/api/contact-fields/{first}")).json(&json!({ "name": "FIELD 7" })).send().await;
    taken.assert_problem(409, "name_taken");
}

#[rstest]
#[case(json!({ "own_name": "x".repeat(101) }), "own_name")]
#[case(json!({ "language": "Turkish" }), "language")]
#[tokio::test]
async fn what_cannot_be_written_of_a_contact_is_refused(#[case] body: Value, #[case] wrong: &str) {
    let line = Line::open(Sqlite).await;
    let path = contact(&line, &line.customer_writes(CUSTOMER, "Hello").await).await;
    let refused = line.patch(&path).json(&body).send().await;
    refused.assert_problem(422, "invalid");
    assert_eq!(refused.text("/errors/0/field"), wrong);
}

#[rstest]
#[tokio::test]
async fn a_contact_of_another_business_is_not_there(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = contact(&line, &line.customer_writes(CUSTOMER, "Hello").await).await;
    let other = number(&line.app, "Florist").await;
    line.app.get(&path).api_key(&other.key).send().await.assert_problem(404, "not_found");
    let body = json!({ "own_name": "Mine" });
    line.app.patch(&path).api_key(&other.key).json(&body).send().await.assert_problem(404, "not_found");
    assert_eq!(line.read(&path).await["own_name"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn the_bot_answers_in_the_language_that_is_noted_for_the_customer(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let bot = line.read("/api/bots").await["items"][0]["id"].as_str().unwrap().to_owned();
    let settings = json!({ "reply_delay_ms": 1_000, "handoff_keywords": ["person"] });
    assert_eq!(line.patch(&format!("/api/bots/{bot}")).json(&settings).send().await.status, 200);
    let conversation = line.customer_writes(CUSTOMER, "Good morning to all of you in the bakery").await;
    let path = contact(&line, &conversation).await;
    line.patch(&path).json(&json!({ "language": "tr" })).send().await;
    line.customer_writes(CUSTOMER, "I would like to talk to a person, please").await;
    line.clock.advance(Duration::from_secs(1));
    let said = eventually(async || {
        let messages = line.read(&format!("{conversation}/messages")).await;
        let said = messages["items"].as_array().unwrap().iter().find(|it| it["direction"] == "outbound")?;
        Some(said["text"].as_str().unwrap().to_owned())
    })
    .await;
    assert_eq!(said, "Bir çalışma arkadaşımız kısa süre içinde size buradan yanıt verecek.");
}
