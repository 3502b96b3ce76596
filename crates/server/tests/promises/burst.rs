//! 5. One answer per burst.

use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";

async fn quiet_period(world: &World, business: &Business, reply_delay_ms: u64, max_wait_ms: u64) {
    let settings = json!({ "reply_delay_ms": reply_delay_ms, "max_wait_ms": max_wait_ms });
    let path = format!("/api/bots/{}", business.bot);
    let answer = world.app.patch(&path).api_key(&business.key).json(&settings).send().await;
    assert_eq!(answer.status, 200, "{}", answer.raw);
}

/// The prompts that tell of this customer's words.
async fn prompts_with(world: &World, words: &str) -> Vec<String> {
    world.prompts().await.into_iter().filter(|prompt| prompt.contains(words)).collect()
}

#[rstest]
#[tokio::test]
async fn six_messages_in_two_seconds_get_one_answer_that_saw_them_all(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    quiet_period(&world, &business, 4_000, 30_000).await;
    let said = ["Good day", "I am near", "with my dog Karabas", "and hungry", QUESTION, "Thank you"];
    for text in said {
        world.says(&business, CUSTOMER, text).await;
        tokio::time::sleep(Duration::from_millis(330)).await;
    }
    world.answered_once(&business, CUSTOMER).await;
    let prompts = prompts_with(&world, "Karabas").await;
    assert_eq!(prompts.len(), 1, "{prompts:?}");
    for text in said {
        assert!(prompts[0].contains(text), "{text} is not in {}", prompts[0]);
    }
}

#[rstest]
#[tokio::test]
async fn what_is_said_while_the_model_thinks_is_in_the_one_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.teach(&business, "How much is rye bread?", "Rye bread costs 90 TL.").await;
    world.delay(&json!({ "model_ms": 4_000 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    eventually("a thinking model", async || (!world.prompts().await.is_empty()).then_some(())).await;
    world.says(&business, CUSTOMER, "How much is rye bread?").await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains("90 TL") && answers[0].contains(&business.answer), "{answers:?}");
    world.delay(&json!({ "model_ms": 0 })).await;
    world.settle(&business).await;
    assert_eq!(world.sent(&business, CUSTOMER).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_customer_who_never_stops_is_answered_all_the_same(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    quiet_period(&world, &business, 2_000, 3_000).await;
    let started = Instant::now();
    let mut said = 0;
    while world.sent(&business, CUSTOMER).await.is_empty() {
        assert!(started.elapsed() < Duration::from_secs(15), "no answer after {said} messages");
        world.says(&business, CUSTOMER, QUESTION).await;
        said += 1;
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    assert!(started.elapsed() >= Duration::from_secs(2) && said >= 4, "{said}");
}
