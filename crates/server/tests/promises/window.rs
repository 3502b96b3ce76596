//! 10. The service window, and to whom a message is addressed.

use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{QUESTION, World, now_s};

const CUSTOMER: &str = "905301234567";

#[rstest]
#[tokio::test]
async fn outside_of_the_window_only_a_template_leaves(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let old = json!({ "from": CUSTOMER, "text": QUESTION, "timestamp": now_s() - 25 * 3_600 });
    assert_eq!(world.message(&business, &old).await["http_status"], 200);
    let path = world.path(&business, CUSTOMER).await;
    let conversation = world.read(&business, &path).await;
    assert_eq!(conversation["window"]["open"], false, "{conversation}");
    let messages = format!("{path}/messages");
    let text = json!({ "text": "Are you still there?" });
    let refused = world.app.post(&messages).api_key(&business.key).json(&text).send().await;
    refused.assert_problem(422, "window_closed");
    assert_eq!(refused.body["closed_at"], conversation["window"]["closes_at"]);
    assert!(refused.text("/detail").contains("template"));
    let template = json!({ "type": "template", "name": "hello_world", "language": "en_US" });
    world.act(&business, &messages, &template).await;
    world.answers(&business, CUSTOMER, 1).await;
    world.settle(&business).await;
    let sent = world.sent(&business, CUSTOMER).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0]["body"]["template"]["name"], "hello_world");

    // The customer writes: the window is open again.
    world.says(&business, CUSTOMER, "Yes").await;
    world.conversation(&business, CUSTOMER, |it| it["window"]["open"] == true).await;
    world.act(&business, &messages, &text).await;
}

#[rstest]
#[tokio::test]
async fn a_customer_without_a_phone_is_answered_by_user_id(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let hidden = json!({ "from": CUSTOMER, "text": QUESTION, "bsuid_only": true, "username": "bread.lover" });
    let said = world.message(&business, &hidden).await;
    let user_id = said["user_id"].as_str().expect("a user id");
    world.answered_once(&business, user_id).await;
    let sent = world.sent(&business, user_id).await;
    assert_eq!(sent[0]["body"]["recipient"], user_id, "{sent:?}");
    assert!(sent[0]["body"]["to"].is_null(), "{sent:?}");
    let conversation = world.conversation(&business, user_id, |_| true).await;
    assert_eq!(conversation["contact"]["phone"], json!(null));
}
