//! What customers see of what becomes of their messages, as their business would have it; never at the price of the answer.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";

/// What the business's customers were shown: of which message, and whether an answer is being written.
async fn shown(world: &World, business: &Business) -> Vec<(String, bool)> {
    let receipts = world.sim(Method::GET, "/sim/receipts", &Value::Null).await;
    let receipts = receipts["items"].as_array().expect("a list").iter();
    let of_business = receipts.filter(|it| it["number_id"] == json!(business.phone_number_id));
    let message = |it: &Value| it["message_id"].as_str().expect("an id").to_owned();
    of_business.map(|it| (message(it), it["typing"] == true)).collect()
}

async fn shown_of(world: &World, business: &Business, count: usize) -> Vec<(String, bool)> {
    eventually("what the customer is shown", async || {
        Some(shown(world, business).await).filter(|shown| shown.len() >= count)
    })
    .await
}

/// Meta's ids of what the customer said, the oldest first.
async fn said(world: &World, business: &Business) -> Vec<String> {
    let thread = world.thread(business, CUSTOMER).await;
    let said = thread.iter().filter(|it| it["direction"] == "inbound");
    said.map(|it| it["wamid"].as_str().expect("an id").to_owned()).collect()
}

async fn set(world: &World, business: &Business, shown: &str) {
    let change = json!({ "read_receipts": shown });
    let changed = world.app.patch("/api/tenant").api_key(&business.key).json(&change).send().await;
    assert_eq!((changed.status, changed.text("/read_receipts")), (200, shown.into()), "{}", changed.raw);
}

async fn operator_types(world: &World, business: &Business, writing: &str) {
    let path = format!("{}/typing", world.path(business, CUSTOMER).await);
    let typing = json!({ "writing": writing });
    let told = world.app.post(&path).bearer(&business.owner.access_token).json(&typing).send().await;
    assert_eq!(told.status, 204, "{}", told.raw);
}

#[rstest]
#[tokio::test]
async fn while_a_model_thinks_the_customer_sees_that_an_answer_is_being_written(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    // Long enough for both messages to come, however busy the machine is.
    let patient = json!({ "reply_delay_ms": 2_000 });
    let bot = format!("/api/bots/{}", business.bot);
    assert_eq!(world.app.patch(&bot).api_key(&business.key).json(&patient).send().await.status, 200);
    world.delay(&json!({ "model_ms": 1_000 })).await;
    world.says(&business, CUSTOMER, "Hello").await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let seen = shown_of(&world, &business, 1).await;
    assert_eq!(world.sent(&business, CUSTOMER).await.len(), 0, "it is shown before the answer");
    world.answers(&business, CUSTOMER, 1).await;
    let said = said(&world, &business).await;
    assert_eq!(seen, [(said[1].clone(), true)], "the newest says it of all before it");
    assert_eq!(shown(&world, &business).await.len(), 1);

    // Who is answered at once is not shown that somebody writes.
    world.delay(&json!({ "model_ms": 0 })).await;
    let mut asked = 1;
    // A busy machine may be slow at it once.
    eventually("an answer at once", async || {
        asked += 1;
        world.says(&business, CUSTOMER, QUESTION).await;
        world.answers(&business, CUSTOMER, asked).await;
        (!shown_of(&world, &business, asked).await[asked - 1].1).then_some(())
    })
    .await;
}

#[rstest]
#[case("read", 1)]
#[case("none", 0)]
#[tokio::test]
async fn a_business_shows_its_customers_no_more_than_it_likes(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] setting: &str,
    #[case] count: usize,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    set(&world, &business, setting).await;
    world.delay(&json!({ "model_ms": 1_000 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answers(&business, CUSTOMER, 1).await;
    operator_types(&world, &business, "reply").await;
    // Another business has it otherwise: what is shown of its customer is shown after what was to be shown of this one.
    let other = world.business("Florist").await;
    world.delay(&json!({ "model_ms": 0 })).await;
    world.settle(&other).await;
    shown_of(&world, &other, 1).await;
    let seen = shown_of(&world, &business, count).await;
    assert!(seen.len() >= count && seen.iter().all(|(_, typing)| !typing), "{seen:?}");
    assert_eq!(seen.is_empty(), count == 0, "{seen:?}");
}

#[rstest]
#[tokio::test]
async fn a_person_who_reads_or_types_is_seen_too_but_not_one_who_writes_a_note(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let off = json!({ "enabled": false });
    let path = format!("/api/bots/{}", business.bot);
    assert_eq!(world.app.patch(&path).api_key(&business.key).json(&off).send().await.status, 200);
    world.says(&business, CUSTOMER, QUESTION).await;
    let path = world.path(&business, CUSTOMER).await;
    operator_types(&world, &business, "note").await;
    world.act(&business, &format!("{path}/read"), &json!({})).await;
    shown_of(&world, &business, 1).await;
    // There is nothing new to see.
    world.act(&business, &format!("{path}/read"), &json!({})).await;
    operator_types(&world, &business, "reply").await;
    // Whoever goes on typing says so again and again; Meta is told once in a while.
    operator_types(&world, &business, "reply").await;
    let newest = said(&world, &business).await.remove(0);
    assert_eq!(shown_of(&world, &business, 2).await, [(newest.clone(), false), (newest, true)]);
}

#[rstest]
#[tokio::test]
async fn an_answer_leaves_also_where_meta_takes_no_receipt(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "receipts", "kind": "server_error" })).await;
    world.delay(&json!({ "model_ms": 500 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answered_once(&business, CUSTOMER).await;
    assert!(shown(&world, &business).await.is_empty());
}
