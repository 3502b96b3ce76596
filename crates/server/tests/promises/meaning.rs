//! Knowledge that says the same in other words is found, where there is a model that makes vectors.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use switchboard_server::config::Settings;
use switchboard_store::{
    Clock as _, ManualClock, Scope, SystemClock, TenantId,
    passage_vector::{self, PassageVector},
    preparation,
};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use uuid::Uuid;

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";
const PARKING: &str = "Is there parking?";
const ANSWER: &str = "Behind the house.";
/// Shares no word with what is known.
const ASKED: &str = "Where can I leave my automobile?";

async fn start(engine: Engine) -> World {
    World::start_with(engine, |settings: &mut Settings| settings.openai_embedding_model = Some("vectors".into())).await
}

async fn found(world: &World, business: &Business) -> Vec<Value> {
    let query = ASKED.replace(' ', "%20").replace('?', "%3F");
    let found = world.read(business, &format!("/api/bots/{}/search?q={query}", business.bot)).await;
    found["items"].as_array().expect("a list").clone()
}

async fn found_by_meaning(world: &World, business: &Business) -> Value {
    eventually("a passage that is found by its meaning", async || {
        found(world, business).await.into_iter().find(|it| it["text"] == ANSWER)
    })
    .await
}

/// What was asked of the model that makes vectors: how often, and how many tokens.
async fn embedded(world: &World, business: &Business) -> (i64, i64) {
    let used = world.read(business, "/api/models/usage").await;
    let all = used["items"].as_array().expect("a list").iter();
    let vectors = all.filter(|it| it["purpose"] == "embedding");
    vectors.fold((0, 0), |(calls, tokens), it| {
        (calls + it["calls"].as_i64().expect("a count"), tokens + it["prompt_tokens"].as_i64().expect("a count"))
    })
}

/// Whoever makes what bots know ready has nothing to do for a while.
async fn nothing_is_due_soon(world: &World, clock: &ManualClock, why: &str) {
    eventually(why, async || {
        let soon = clock.now() + Duration::from_secs(30);
        let mut tx = world.app.server.state().db.read(Scope::System).await.expect("a database");
        (preparation::due(&mut tx.conn(), soon).await.expect("a count") == 0).then_some(())
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_question_in_other_words_is_answered(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    world.teach(&business, PARKING, ANSWER).await;
    let passage = found_by_meaning(&world, &business).await;
    assert!(passage["confidence"].as_f64().expect("a number") > 0.5, "{passage}");
    assert_eq!(passage["used"], false, "without a model no stored answer is given by its meaning alone: {passage}");
    world.says(&business, CUSTOMER, ASKED).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(ANSWER), "{answers:?}");
}

#[rstest]
#[tokio::test]
async fn without_such_a_model_words_decide(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.teach(&business, PARKING, ANSWER).await;
    assert_eq!(found(&world, &business).await, Vec::<Value>::new());
    world.says(&business, CUSTOMER, ASKED).await;
    world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
}

#[rstest]
#[tokio::test]
async fn what_is_taught_has_vectors_before_anybody_asks(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.unconnected("Bakery", &json!({})).await;
    world.teach(&business, PARKING, ANSWER).await;
    eventually("all is made ready", async || {
        let soon = SystemClock.now() + Duration::from_hours(1);
        let mut tx = world.app.server.state().db.read(Scope::System).await.expect("a database");
        (preparation::due(&mut tx.conn(), soon).await.expect("a count") == 0).then_some(())
    })
    .await;
    let made = eventually("what was asked is counted", async || {
        Some(embedded(&world, &business).await).filter(|(calls, _)| *calls > 0)
    })
    .await;
    assert!(made.0 <= 2, "both passages together, or one after the other: {made:?}");
    assert!(!found(&world, &business).await.is_empty(), "the first to ask has the better search");
}

#[rstest]
#[tokio::test]
async fn a_model_that_comes_back_makes_what_it_failed_to_make(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |settings: &mut Settings| {
        settings.openai_embedding_model = Some("vectors".into());
    })
    .await;
    world.fault(&json!({ "on": "embeddings", "kind": "server_error" })).await;
    let business = world.business("Bakery").await;
    world.teach(&business, PARKING, ANSWER).await;
    clock.advance(Duration::from_secs(2));
    nothing_is_due_soon(&world, &clock, "the model is left alone for a while").await;
    world.all_is_well().await;
    clock.advance(Duration::from_mins(5));
    found_by_meaning(&world, &business).await;
}

#[rstest]
#[tokio::test]
async fn a_bot_whose_budget_is_used_up_asks_for_no_vectors_and_words_decide(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |settings: &mut Settings| {
        settings.openai_embedding_model = Some("vectors".into());
    })
    .await;
    let business = world.business("Bakery").await;
    world.teach(&business, PARKING, ANSWER).await;
    clock.advance(Duration::from_secs(2));
    found_by_meaning(&world, &business).await;
    eventually("what was asked is counted", async || (embedded(&world, &business).await.1 > 0).then_some(())).await;
    let limit = async |tokens: Value| {
        let change = json!({ "tokens_per_day": tokens });
        let path = format!("/api/bots/{}", business.bot);
        let changed = world.app.patch(&path).api_key(&business.key).json(&change).send().await;
        assert_eq!(changed.status, 200, "{}", changed.raw);
    };
    limit(json!(1)).await;
    assert_eq!(found(&world, &business).await, Vec::<Value>::new(), "words decide");

    // Whoever asked would use it up.
    world.fault(&json!({ "on": "embeddings", "kind": "server_error", "times": 1 })).await;
    world.teach(&business, "Oats?", "No.").await;
    clock.advance(Duration::from_secs(2));
    nothing_is_due_soon(&world, &clock, "the passage is left for later").await;
    let faults = world.sim(Method::GET, "/sim/faults", &Value::Null).await;
    assert_eq!(faults["items"].as_array().map(Vec::len), Some(1), "nobody is asked: {faults}");

    world.all_is_well().await;
    limit(Value::Null).await;
    clock.advance(Duration::from_mins(5));
    found_by_meaning(&world, &business).await;
}

#[rstest]
#[tokio::test]
async fn a_model_that_hangs_is_left_alone_for_a_while(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |settings: &mut Settings| {
        settings.openai_embedding_model = Some("vectors".into());
    })
    .await;
    let business = world.business("Bakery").await;
    world.teach(&business, PARKING, ANSWER).await;
    clock.advance(Duration::from_secs(2));
    found_by_meaning(&world, &business).await;
    let search = async |query: &str| {
        world.read(&business, &format!("/api/bots/{}/search?q={query}", business.bot)).await;
    };
    world.fault(&json!({ "on": "embeddings", "kind": "timeout" })).await;
    tokio::join!(search("one"), search("two"), search("three"), search("four"), search("five"));
    search("six").await;
    clock.advance(Duration::from_secs(15));
    search("seven").await;
    let failures = eventually("whoever waited in vain is counted", async || {
        let used = world.read(&business, "/api/models/usage").await;
        let failures: i64 = used["items"].as_array()?.iter().filter_map(|it| it["failures"].as_i64()).sum();
        (failures >= 6).then_some(failures)
    })
    .await;
    assert_eq!(failures, 6, "the sixth found it resting, and did not wait");
}

#[rstest]
#[tokio::test]
async fn no_text_is_asked_for_twice(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    world.teach(&business, PARKING, ANSWER).await;
    found_by_meaning(&world, &business).await;
    let before = eventually("what was asked is counted", async || {
        Some(embedded(&world, &business).await).filter(|(calls, _)| *calls >= 2)
    })
    .await;
    // One more passage: a new index, of which only that passage has no vector yet.
    world.teach(&business, "Oats?", "No.").await;
    found_by_meaning(&world, &business).await;
    let after = eventually("what was asked is counted", async || {
        Some(embedded(&world, &business).await).filter(|(calls, _)| *calls > before.0)
    })
    .await;
    assert_eq!(after.0 - before.0, 1, "the question has its vector, too: {before:?} {after:?}");
    assert!(after.1 - before.1 <= 4, "{before:?} {after:?}");
}

/// A business may put another model under the same name.
#[rstest]
#[tokio::test]
async fn vectors_of_another_length_than_the_model_makes_now_are_made_anew(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let db = &world.app.server.state().db;
    let tenant = TenantId(business.owner.tenant_id.parse().expect("an id"));
    let vectors = [(PARKING, ANSWER), ("Oats?", "No.")].map(|(question, answer)| {
        let digest = Sha256::digest(format!("{question}\n{answer}"));
        PassageVector { digest: Uuid::from_slice(&digest[..16]).expect("16 bytes"), vector: vec![1, 2, 3] }
    });
    let mut tx = db.write(Scope::Tenant(tenant)).await.expect("a database");
    passage_vector::store(&mut tx.conn(), tenant, "vectors", &vectors, SystemClock.now())
        .await
        .expect("they are stored");
    tx.commit().await.expect("they are stored");
    world.teach(&business, PARKING, ANSWER).await;
    world.teach(&business, "Oats?", "No.").await;
    found_by_meaning(&world, &business).await;
    eventually("nobody asks for more", async || {
        let soon = SystemClock.now() + Duration::from_hours(1);
        let mut tx = db.read(Scope::System).await.expect("a database");
        (preparation::due(&mut tx.conn(), soon).await.expect("a count") == 0).then_some(())
    })
    .await;
}

/// Many a model takes 512 tokens, and its server refuses what is longer, with all that is asked for beside it.
#[rstest]
#[tokio::test]
async fn a_passage_too_long_for_the_model_keeps_no_other_from_being_found(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(1_000, 100)] most: usize,
) {
    let world = start(engine).await;
    world.fault(&json!({ "on": "embeddings", "kind": { "longer_than": most } })).await;
    let business = world.business("Bakery").await;
    world.teach(&business, "What is in your bread?", &"Rye, and nothing but rye. ".repeat(150)).await;
    world.teach(&business, PARKING, ANSWER).await;
    found_by_meaning(&world, &business).await;
}

#[rstest]
#[tokio::test]
async fn where_that_model_fails_words_decide(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    world.fault(&json!({ "on": "embeddings", "kind": "server_error" })).await;
    let business = world.business("Bakery").await;
    world.teach(&business, PARKING, ANSWER).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answered_once(&business, CUSTOMER).await;
    assert_eq!(found(&world, &business).await, Vec::<Value>::new());
}
