//! 14. Limits are Meta's, kept by us.

use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{QUESTION, World};

const CUSTOMER: &str = "905301234567";

#[rstest]
#[tokio::test]
async fn a_throttled_number_slows_only_itself(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (slow, other) = (world.business("Slow").await, world.business("Other").await);
    let throttled = json!({ "on": "messages", "kind": "throttle_number", "phone_number_id": slow.phone_number_id });
    world.fault(&throttled).await;
    world.says(&slow, CUSTOMER, QUESTION).await;
    world.conversation(&slow, CUSTOMER, |it| it["last_message"]["author"] == "ai").await;
    for customer in ["905300000001", "905300000002", "905300000003"] {
        let asked = Instant::now();
        world.says(&other, customer, QUESTION).await;
        world.answers(&other, customer, 1).await;
        assert!(asked.elapsed() < Duration::from_secs(20), "the other number waits, too");
    }
    assert_eq!(world.all_sent(&slow).await.len(), 0);
    world.all_is_well().await;
    world.answered_once(&slow, CUSTOMER).await;
}

#[rstest]
#[tokio::test]
async fn a_throttled_pair_slows_only_that_customer(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "messages", "kind": "throttle_pair", "to": CUSTOMER })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.conversation(&business, CUSTOMER, |it| it["last_message"]["author"] == "ai").await;
    for customer in ["905300000001", "905300000002", "905300000003"] {
        let asked = Instant::now();
        world.says(&business, customer, QUESTION).await;
        world.answers(&business, customer, 1).await;
        assert!(asked.elapsed() < Duration::from_secs(20), "another customer waits, too");
    }
    assert_eq!(world.sent(&business, CUSTOMER).await.len(), 0);
    world.all_is_well().await;
    world.answered_once(&business, CUSTOMER).await;
}
