use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::Line;

#[rstest]
#[tokio::test]
async fn answers_given_again_and_again_are_kept(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let operator = line.app.api_key(&line.number.owner, "operator").await;
    let mut stream = line.get("/api/events").stream().await;
    stream.next().await.expect("a greeting");
    let hours = json!({ "shortcut": "/Saat", "title": " Hours ", "text": "Hello {contact_name}, from eight." });
    let made = line.app.post("/api/canned-replies").api_key(&operator).json(&hours).send().await;
    assert_eq!((made.status, made.text("/shortcut"), made.text("/title")), (201, "saat".into(), "Hours".into()));
    assert_eq!(stream.next_of("canned_replies.").await.kind, "canned_replies.updated");
    line.post("/api/canned-replies")
        .json(&json!({ "shortcut": "adres", "title": "Address", "text": "Moda" }))
        .send()
        .await;
    let shortcuts = async || {
        let list = line.read("/api/canned-replies").await;
        list["items"].as_array().unwrap().iter().map(|it| it["shortcut"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(shortcuts().await, ["adres", "saat"]);
    let path = format!("/api/canned-replies/{}", made.text("/id"));
    let changed = line.patch(&path).json(&json!({ "text": "From nine." })).send().await;
    assert_eq!((changed.text("/title"), changed.text("/text")), ("Hours".into(), "From nine.".into()));
    line.patch(&path).json(&json!({ "shortcut": "ADRES" })).send().await.assert_problem(409, "name_taken");
    assert_eq!(line.delete(&path).send().await.status, 204);
    line.delete(&path).send().await.assert_problem(404, "not_found");
    line.patch(&path).json(&json!({})).send().await.assert_problem(404, "not_found");
    assert_eq!(shortcuts().await, ["adres"]);
}

#[rstest]
#[case(json!({ "shortcut": "two words", "title": "x", "text": "x" }), "shortcut")]
#[case(json!({ "shortcut": "/", "title": "x", "text": "x" }), "shortcut")]
#[case(json!({ "title": "x", "text": "x" }), "shortcut")]
#[case(json!({ "shortcut": "x", "title": "", "text": "x" }), "title")]
#[case(json!({ "shortcut": "x", "title": "x", "text": "x".repeat(4_001) }), "text")]
#[tokio::test]
async fn a_reply_that_cannot_be_is_refused(#[case] body: Value, #[case] field: &str) {
    let line = Line::open(Sqlite).await;
    let refused = line.post("/api/canned-replies").json(&body).send().await;
    refused.assert_problem(422, "invalid");
    assert_eq!(refused.invalid_fields(), [field]);
}
