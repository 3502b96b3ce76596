use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{
    TestApp,
    line::{Line, delivery, eventually, posts, signature},
};

#[rstest]
#[case("subscribe", "a-token-of-the-tests", 200)]
#[case("subscribe", "another-token", 403)]
#[case("unsubscribe", "a-token-of-the-tests", 403)]
#[tokio::test]
async fn meta_is_shown_that_the_address_is_ours(#[case] mode: &str, #[case] token: &str, #[case] status: u16) {
    let app = TestApp::start(Sqlite).await;
    let query = format!("hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444");
    let answer = app.get(&format!("/webhooks/whatsapp?{query}")).send().await;
    assert_eq!(answer.status, status, "{}", answer.raw);
    if status == 200 {
        assert_eq!(
            (answer.raw.as_str(), answer.header("content-type")),
            ("1158201444", Some("text/plain; charset=utf-8"))
        );
    } else {
        answer.assert_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_handshake_without_its_parts_is_refused() {
    let app = TestApp::start(Sqlite).await;
    app.get("/webhooks/whatsapp").send().await.assert_problem(403, "forbidden");
}

#[rstest]
#[tokio::test]
async fn a_signed_delivery_is_taken_and_becomes_a_conversation(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("905301234567", "Açık mısınız?").await;
    let conversation = line.read(&path).await;
    assert_eq!(conversation["last_message"]["text"], "Açık mısınız?");
    let answer = posts(&line.app, &delivery(&line.number.waba_id, "messages", &json!({}))).await;
    assert_eq!((answer.status, answer.raw.as_str()), (200, ""), "the answer says nothing more");
}

#[tokio::test]
async fn what_meta_has_not_signed_is_refused() {
    let app = TestApp::start(Sqlite).await;
    let body = r#"{"object":"whatsapp_business_account","entry":[]}"#;
    let call = || app.post("/webhooks/whatsapp");
    call().body("application/json", body).send().await.assert_problem(401, "bad_signature");
    let right = signature(body.as_bytes());
    for wrong in ["", "sha256=", &right.to_uppercase(), &signature(b"another body")] {
        let answer = call().header("x-hub-signature-256", wrong).body("application/json", body).send().await;
        answer.assert_problem(401, "bad_signature");
    }
    let altered = body.replace("[]", "[ ]");
    let answer = call().header("x-hub-signature-256", &right).body("application/json", altered).send().await;
    answer.assert_problem(401, "bad_signature");
}

#[tokio::test]
async fn four_megabytes_are_taken_and_not_a_byte_more() {
    let app = TestApp::start(Sqlite).await;
    let most = " ".repeat(4 * 1024 * 1024);
    assert_eq!(posts(&app, &most).await.status, 200);
    posts(&app, &(most + " ")).await.assert_problem(413, "too_large");
}

#[rstest]
#[tokio::test]
async fn what_is_taken_and_cannot_be_read_is_no_obstacle_for_the_next(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    for junk in ["", "not JSON", "[]", "{\"object\":\"page\",\"entry\":[{}]}"] {
        assert_eq!(posts(&line.app, junk).await.status, 200, "{junk}");
    }
    line.customer_writes("905301234567", "Hello").await;
    let metrics = eventually(async || {
        let metrics = line.app.get("/metrics").send().await.raw;
        metrics.contains("switchboard_webhook_leftovers_total").then_some(metrics)
    });
    assert!(metrics.await.contains("switchboard_webhook_items_total"));
}
