//! 4. In order.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use switchboard_webhook::dispatch::Dispatcher;
use tokio_util::sync::CancellationToken;

use crate::world::{QUESTION, World, change, entry, eventually, text, text_of, webhook};

const CUSTOMER: &str = "905301234567";

#[rstest]
#[tokio::test]
async fn thirty_quick_messages_keep_their_order(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    for n in 0..30 {
        assert_eq!(world.says(&business, CUSTOMER, &format!("Word {n}, hello")).await["http_status"], 200);
    }
    let mut said = eventually("all thirty", async || {
        let thread = world.thread(&business, CUSTOMER).await.into_iter();
        let said: Vec<_> = thread.filter(|message| message["direction"] == "inbound").collect();
        (said.len() == 30).then_some(said)
    })
    .await;
    said.sort_by_key(|message| message["seq"].as_i64());
    let said: Vec<_> = said.iter().map(|message| message["text"].as_str().expect("a text").to_owned()).collect();
    assert_eq!(said, (0..30).map(|n| format!("Word {n}, hello")).collect::<Vec<_>>());
}

/// Of several replicas whichever gets to it hands a message on, and gives way to the others in between.
#[tokio::test]
async fn several_dispatchers_keep_the_order_of_each_conversation() {
    let world = World::start(Postgres).await;
    let business = world.business("Bakery").await;
    let state = world.app.server.state();
    let stop = CancellationToken::new();
    for _ in 0..3 {
        let more = Dispatcher::new(state.db.clone(), state.clock.clone(), state.notifier.clone());
        let stop = stop.clone();
        tokio::spawn(async move { more.run(stop).await });
    }
    let customers: Vec<_> = (0..12).map(|n| format!("9053012345{n:02}")).collect();
    let words: Vec<_> = (0..20).map(|n| format!("Word {n}")).collect();
    join_all(customers.iter().map(async |customer| {
        for word in &words {
            let message = text(customer, &format!("wamid.{customer}.{word}"), word);
            assert_eq!(world.webhook(&webhook(&[entry(&business, &[change(&business, &[message])])])).await, 200);
        }
    }))
    .await;
    for customer in &customers {
        let all = eventually("all its messages", async || {
            let mut thread = world.thread(&business, customer).await;
            thread.retain(|message| message["direction"] == "inbound");
            (thread.len() == words.len()).then_some(thread)
        });
        let mut said = all.await;
        said.sort_by_key(|message| message["seq"].as_i64());
        let said: Vec<_> = said.iter().map(|message| message["text"].as_str().unwrap_or_default()).collect();
        assert_eq!(said, words);
    }
    stop.cancel();
}

#[rstest]
#[tokio::test]
async fn answers_of_an_operator_leave_in_order(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let path = world.path(&business, CUSTOMER).await;
    world.act(&business, &format!("{path}/takeover"), &json!({})).await;
    let before = world.sent(&business, CUSTOMER).await.len();
    // Some of them meet a number that is throttled, or a server that stumbles.
    for kind in ["throttle_number", "server_error"] {
        world.fault(&json!({ "on": "messages", "kind": kind, "times": 1, "to": CUSTOMER })).await;
    }
    for n in 0..12 {
        world.act(&business, &format!("{path}/messages"), &json!({ "text": format!("Line {n}") })).await;
    }
    let answers = world.answers(&business, CUSTOMER, before + 12).await;
    assert_eq!(answers[before..], (0..12).map(|n| format!("Line {n}")).collect::<Vec<_>>());
}

#[rstest]
#[tokio::test]
async fn a_busy_tenant_does_not_starve_another_ones_single_customer(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (busy, quiet) = (world.business("Busy").await, world.business("Quiet").await);
    world.delay(&json!({ "model_ms": 2_000 })).await;
    let message = |n: usize| text(&format!("90530000{n:04}"), &format!("wamid.B{n}"), QUESTION);
    let deliveries: Vec<_> = (0..6)
        .map(|part| {
            let messages: Vec<_> = (part * 50..part * 50 + 50).map(message).collect();
            webhook(&[entry(&busy, &[change(&busy, &messages)])])
        })
        .collect();
    for status in join_all(deliveries.iter().map(|delivery| world.webhook(delivery))).await {
        assert_eq!(status, 200);
    }
    // All three hundred wait for their turn before the one comes.
    eventually("three hundred that wait", async || (world.prompts().await.len() >= 64).then_some(())).await;
    world.says(&quiet, CUSTOMER, QUESTION).await;
    let answer = world.answers(&quiet, CUSTOMER, 1).await;
    let of_busy = world.all_sent(&busy).await.len();
    assert!(answer[0].contains(&quiet.answer), "{answer:?}");
    assert!(of_busy < 300, "the one came after all of the busy one's");
    world.delay(&json!({ "model_ms": 0 })).await;
    let all = eventually("three hundred answers", async || {
        let sent = world.all_sent(&busy).await;
        (sent.len() >= 300).then_some(sent)
    });
    assert!(all.await.iter().all(|sent| text_of(sent).contains(&busy.answer)));
}
