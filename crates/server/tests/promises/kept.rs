//! 2. Nothing is lost after the ack.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use switchboard_store::{Scope, leftover};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{QUESTION, World, change, entry, eventually, text, webhook};

const CUSTOMER: &str = "905301234567";

#[rstest]
#[tokio::test]
async fn what_nobody_understands_is_kept_and_its_neighbours_are_handled(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let messages = [
        text("905300000001", "wamid.1", QUESTION),
        json!("not even an object"),
        text("905300000002", "wamid.2", QUESTION),
    ];
    let unknown = json!({ "field": "tea_leaves", "value": { "say": "rain" } });
    let entries = [
        json!("no entry at all"),
        entry(&business, &[change(&business, &messages), unknown]),
        entry(&business, &[json!(null), change(&business, &[text("905300000003", "wamid.3", QUESTION)])]),
    ];
    assert_eq!(world.webhook(&webhook(&entries)).await, 200);
    for customer in ["905300000001", "905300000002", "905300000003"] {
        world.answered_once(&business, customer).await;
    }
    let kept = world.leftovers(&business).await;
    let bodies: Vec<_> = kept.iter().map(|leftover| leftover["body"].to_string()).collect();
    for part in ["not even an object", "tea_leaves"] {
        assert_eq!(bodies.iter().filter(|body| body.contains(part)).count(), 1, "{part}: {bodies:?}");
    }
    let state = world.app.server.state();
    let mut tx = state.db.read(Scope::System).await.expect("a transaction");
    let nobodys = leftover::unclaimed(&mut tx.conn(), None, 10).await.expect("leftovers");
    assert!(nobodys.iter().any(|leftover| String::from_utf8_lossy(&leftover.body).contains("no entry at all")));
}

#[rstest]
#[tokio::test]
async fn a_leftover_is_dispatched_again_on_demand(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let unknown = json!({ "field": "tea_leaves", "value": { "say": "rain" } });
    assert_eq!(world.webhook(&webhook(&[entry(&business, &[unknown])])).await, 200);
    let kept = eventually("a leftover", async || world.leftovers(&business).await.pop()).await;
    let path = format!("/api/webhooks/leftovers/{}/replay", kept["id"].as_str().expect("an id"));
    assert!(world.act(&business, &path, &json!({})).await["replayed_at"].is_string());
    eventually("the same again", async || (world.leftovers(&business).await.len() == 2).then_some(())).await;
}

#[rstest]
#[tokio::test]
async fn a_message_of_a_number_nobody_has_is_kept_and_answered_when_somebody_has_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let (business, stranger) = (world.business("Bakery").await, world.unconnected("Florist", &json!({})).await);
    let delivery = webhook(&[
        entry(&stranger, &[change(&stranger, &[text(CUSTOMER, "wamid.1", QUESTION)])]),
        entry(&business, &[change(&business, &[text(CUSTOMER, "wamid.2", QUESTION)])]),
    ]);
    assert_eq!(world.webhook(&delivery).await, 200);
    world.answered_once(&business, CUSTOMER).await;
    assert_eq!(world.leftovers(&business).await.len(), 0, "it is none of the other's");
    assert_eq!(world.leftovers(&stranger).await.len(), 0, "nobody has the number yet");
    world.connect(&stranger).await;
    let kept = world.leftovers(&stranger).await;
    assert_eq!((kept.len(), &kept[0]["reason"]), (1, &json!("unknown_number")));
    let path = format!("/api/webhooks/leftovers/{}/replay", kept[0]["id"].as_str().expect("an id"));
    world.act(&stranger, &path, &json!({})).await;
    world.answered_once(&stranger, CUSTOMER).await;
}

#[rstest]
#[tokio::test]
async fn what_arrives_while_a_number_waits_for_a_new_token_is_answered_afterwards(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.sim(Method::POST, "/sim/tokens/revoke", &json!({ "waba_id": business.waba_id })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    eventually("a number that waits for a person", async || {
        let numbers = world.read(&business, "/api/numbers").await;
        (numbers["items"][0]["status"] == "reauth_required").then_some(())
    })
    .await;
    world.says(&business, "905300000002", QUESTION).await;
    world.conversation(&business, "905300000002", |it| it["last_message"]["text"].is_string()).await;
    assert_eq!(world.all_sent(&business).await.len(), 0);
    world.connect(&business).await;
    for customer in [CUSTOMER, "905300000002"] {
        world.answered_once(&business, customer).await;
    }
}
