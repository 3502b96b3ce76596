//! 6. Takeover wins.

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually, text_of};

const CUSTOMER: &str = "905301234567";

/// A customer has asked, and the model is thinking.
async fn thinking(engine: Engine) -> (World, Business, String) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.delay(&json!({ "model_ms": 4_000 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    eventually("a thinking model", async || (!world.prompts().await.is_empty()).then_some(())).await;
    let path = world.path(&business, CUSTOMER).await;
    (world, business, path)
}

/// What left for the customer, when the AI has had its time.
async fn texts(world: &World, business: &Business) -> Vec<String> {
    world.settle(business).await;
    world.sent(business, CUSTOMER).await.iter().map(text_of).collect()
}

async fn suggestion(world: &World, business: &Business) -> Value {
    let conversation = world.conversation(business, CUSTOMER, |it| !it["suggestion"].is_null()).await;
    assert_eq!(conversation["control"], "human");
    conversation["suggestion"].clone()
}

#[rstest]
#[tokio::test]
async fn a_draft_that_meets_a_takeover_is_kept_and_not_sent(#[values(Sqlite, Postgres)] engine: Engine) {
    let (world, business, path) = thinking(engine).await;
    let taken = world.act(&business, &format!("{path}/takeover"), &json!({})).await;
    assert_eq!((&taken["control"], &taken["in_flight"]), (&json!("human"), &json!(0)));
    let suggestion = suggestion(&world, &business).await;
    assert!(suggestion.as_str().unwrap().contains(&business.answer), "{suggestion}");
    assert_eq!(texts(&world, &business).await, [""; 0]);
    assert!(world.thread(&business, CUSTOMER).await.iter().all(|message| message["author"] == "customer"));

    // Handed back, the AI answers what nobody has answered.
    world.delay(&json!({ "model_ms": 0 })).await;
    world.act(&business, &format!("{path}/handback"), &json!({})).await;
    world.answered_once(&business, CUSTOMER).await;
}

#[rstest]
#[tokio::test]
async fn an_answer_that_a_takeover_kept_back_is_none_that_the_customer_had(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let (bot, once) = (format!("/api/bots/{}", business.bot), json!({ "answers_per_customer": 1 }));
    assert_eq!(world.app.patch(&bot).api_key(&business.key).json(&once).send().await.status, 200);
    let throttled = json!({ "on": "messages", "kind": "throttle_number", "phone_number_id": business.phone_number_id });
    world.fault(&throttled).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.conversation(&business, CUSTOMER, |it| it["last_message"]["author"] == "ai").await;
    let path = world.path(&business, CUSTOMER).await;
    world.act(&business, &format!("{path}/takeover"), &json!({})).await;
    // What was on the wire just then comes back first.
    eventually("an answer that is kept back", async || {
        (world.thread(&business, CUSTOMER).await[1]["status"] == "cancelled").then_some(())
    })
    .await;

    world.all_is_well().await;
    world.act(&business, &format!("{path}/handback"), &json!({})).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(&business.answer), "{answers:?}");
    assert_eq!(world.read(&business, &path).await["needs_person"], false);
}

#[rstest]
#[tokio::test]
async fn what_is_on_the_wire_at_a_takeover_is_counted(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.delay(&json!({ "messages_ms": 4_000 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let path = world.path(&business, CUSTOMER).await;
    eventually("a message on its way", async || {
        let thread = world.thread(&business, CUSTOMER).await;
        thread.iter().any(|message| message["status"] == "sending").then_some(())
    })
    .await;
    let taken = world.act(&business, &format!("{path}/takeover"), &json!({})).await;
    assert_eq!(taken["in_flight"], 1, "{taken}");
    // It leaves, once, as was said.
    world.delay(&json!({ "messages_ms": 0 })).await;
    world.answered_once(&business, CUSTOMER).await;
}

#[rstest]
#[tokio::test]
async fn a_message_through_the_api_takes_over(#[values(Sqlite, Postgres)] engine: Engine) {
    let (world, business, path) = thinking(engine).await;
    world.act(&business, &format!("{path}/messages"), &json!({ "text": "I am looking." })).await;
    let conversation = world.read(&business, &path).await;
    assert_eq!(conversation["control"], "human", "{conversation}");
    assert_eq!(texts(&world, &business).await, ["I am looking."]);
    suggestion(&world, &business).await;
}

#[rstest]
#[tokio::test]
async fn a_message_typed_on_the_phone_takes_over(#[values(Sqlite, Postgres)] engine: Engine) {
    let (world, business, path) = thinking(engine).await;
    let echo = json!({ "phone_number_id": business.phone_number_id, "to": CUSTOMER, "text": "Ayşe here." });
    let echoed = world.sim(reqwest::Method::POST, "/sim/echo", &echo).await;
    assert_eq!(echoed["http_status"], 200);
    world.conversation(&business, CUSTOMER, |it| it["control"] == "human").await;
    assert_eq!(texts(&world, &business).await, [""; 0], "the phone has sent its message itself");
    let thread = world.read(&business, &format!("{path}/messages")).await;
    let last = thread["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["author"], &last["text"]), (&json!("phone"), &json!("Ayşe here.")));
    suggestion(&world, &business).await;
}

#[rstest]
#[tokio::test]
async fn while_a_person_has_the_conversation_the_ai_is_silent(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, CUSTOMER, "Hello").await;
    world.answers(&business, CUSTOMER, 1).await;
    let path = world.path(&business, CUSTOMER).await;
    world.act(&business, &format!("{path}/takeover"), &json!({})).await;
    for text in [QUESTION, "Hello?"] {
        world.says(&business, CUSTOMER, text).await;
    }
    assert_eq!(texts(&world, &business).await.len(), 1);
}
