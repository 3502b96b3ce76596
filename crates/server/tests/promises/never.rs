//! 9. Never where it must not.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually, now_s, text};

const CUSTOMER: &str = "905301234567";

async fn is_silent(world: &World, business: &Business) {
    world.settle(business).await;
    assert_eq!(world.sent(business, CUSTOMER).await, Vec::<Value>::new());
    assert_eq!(world.all_sent(business).await.len(), 1, "only who has asked just now is answered");
}

/// How many messages the thread holds, read page by page.
async fn thread_len(world: &World, business: &Business) -> usize {
    let path = world.path(business, CUSTOMER).await;
    let (mut len, mut cursor) = (0, String::new());
    loop {
        let page = world.read(business, &format!("{path}/messages?limit=100{cursor}")).await;
        len += page["items"].as_array().expect("a page").len();
        let Some(next) = page["next_cursor"].as_str() else { return len };
        cursor = format!("&cursor={next}");
    }
}

#[rstest]
#[tokio::test]
async fn a_thousand_old_messages_are_stored_and_none_is_answered(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let history = json!({ "phone_number_id": business.phone_number_id, "with": CUSTOMER, "count": 1_000 });
    let told = world.sim(Method::POST, "/sim/history", &history).await;
    assert_eq!(told["http_statuses"], json!([200, 200]));
    eventually("a thousand messages", async || (thread_len(&world, &business).await >= 1_000).then_some(())).await;
    is_silent(&world, &business).await;
    assert_eq!(thread_len(&world, &business).await, 1_000);
    assert_eq!(world.prompts().await.len(), 1, "the model was asked about the newcomer alone");
}

#[rstest]
#[case::reaction(json!({ "type": "reaction", "reaction": { "message_id": "wamid.X", "emoji": "👍" } }))]
#[case::group(json!({ "type": "text", "text": { "body": QUESTION }, "group_id": "Y2FwaV9ncm91cDo" }))]
#[case::system(json!({ "type": "system", "system": { "body": "A customer changed their number", "type": "user_changed_number", "wa_id": "905301234568" } }))]
#[case::old(json!({ "type": "text", "text": { "body": QUESTION }, "timestamp": (now_s() - 25 * 3_600).to_string() }))]
#[tokio::test]
async fn what_asks_for_no_answer_gets_none(#[case] raw: Value, #[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let answer = world.message(&business, &json!({ "from": CUSTOMER, "raw": raw })).await;
    assert_eq!(answer["http_status"], 200);
    is_silent(&world, &business).await;
}

#[rstest]
#[tokio::test]
async fn standby_and_echoes_get_no_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let value = crate::world::change(&business, &[text(CUSTOMER, "wamid.standby", QUESTION)])["value"].clone();
    let standby = json!({ "entry_id": business.waba_id, "field": "standby", "value": value });
    assert_eq!(world.sim(Method::POST, "/sim/change", &standby).await["http_status"], 200);
    let echo = json!({ "phone_number_id": business.phone_number_id, "to": CUSTOMER, "text": QUESTION });
    assert_eq!(world.sim(Method::POST, "/sim/echo", &echo).await["http_status"], 200);
    is_silent(&world, &business).await;
    assert!(!world.thread(&business, CUSTOMER).await.is_empty(), "people see them");
}

#[rstest]
#[tokio::test]
async fn a_bot_that_is_off_is_silent(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (off, on) = (world.business("Off").await, world.business("On").await);
    let path = format!("/api/bots/{}", off.bot);
    world.app.patch(&path).api_key(&off.key).json(&json!({ "enabled": false })).send().await;
    world.says(&off, CUSTOMER, QUESTION).await;
    world.path(&off, CUSTOMER).await;
    world.settle(&on).await;
    assert_eq!(world.all_sent(&off).await.len(), 0);
}
