//! 11. Status goes forward only.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";

/// The bot's one answer, as the thread shows it.
async fn answer(world: &World, business: &Business) -> Value {
    let thread = world.thread(business, CUSTOMER).await;
    thread.into_iter().find(|message| message["author"] == "ai").expect("an answer")
}

#[rstest]
#[tokio::test]
async fn read_delivered_and_sent_in_that_order_end_as_read(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.sim(Method::PUT, "/sim/statuses", &json!({ "mode": "manual" })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answers(&business, CUSTOMER, 1).await;
    let wamid = world.sent(&business, CUSTOMER).await[0]["wamid"].clone();
    for status in ["read", "delivered", "sent", "failed"] {
        let update = json!({ "wamid": wamid, "status": status, "errors": (status == "failed").then(|| json!([{ "code": 131_026, "title": "Undeliverable" }])) });
        assert_eq!(world.sim(Method::POST, "/sim/status", &update).await["http_status"], 200);
        eventually("a message that was read", async || {
            (answer(&world, &business).await["status"] == "read").then_some(())
        })
        .await;
    }
    world.settle(&business).await;
    let answer = answer(&world, &business).await;
    assert_eq!((&answer["status"], &answer["error"]), (&json!("read"), &json!(null)));
}

#[rstest]
#[tokio::test]
async fn statuses_that_come_twice_or_in_disorder_reach_the_same_end(
    #[values("auto", "duplicate", "reversed")] mode: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.sim(Method::PUT, "/sim/statuses", &json!({ "mode": mode })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let end = if mode == "reversed" { "read" } else { "delivered" };
    world.answers(&business, CUSTOMER, 1).await;
    eventually(end, async || (answer(&world, &business).await["status"] == end).then_some(())).await;
    world.settle(&business).await;
    assert_eq!(answer(&world, &business).await["status"], end);
}
