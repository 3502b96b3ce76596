//! 3. Once in.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{QUESTION, World, change, entry, text, webhook};

const CUSTOMER: &str = "905301234567";

#[rstest]
#[tokio::test]
async fn twenty_parallel_copies_of_one_message_get_one_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let copy = json!({ "from": CUSTOMER, "text": QUESTION, "wamid": "wamid.ONE" });
    for answer in join_all((0..20).map(|_| world.message(&business, &copy))).await {
        assert_eq!(answer["http_status"], 200);
    }
    world.answered_once(&business, CUSTOMER).await;
    // Meta may come back with it hours later.
    world.message(&business, &copy).await;
    world.answered_once(&business, CUSTOMER).await;
    assert_eq!(world.thread(&business, CUSTOMER).await.len(), 2, "one question, one answer");
}

#[rstest]
#[tokio::test]
async fn twenty_copies_in_one_delivery_get_one_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.message(&business, &json!({ "from": CUSTOMER, "text": QUESTION, "copies": 20 })).await;
    world.answered_once(&business, CUSTOMER).await;
    assert_eq!(world.thread(&business, CUSTOMER).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn everything_in_one_delivery_is_handled(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let businesses = [world.business("Bakery").await, world.business("Florist").await];
    let customer = |n: usize| format!("90530000{n:04}");
    // Three entries of two businesses, each with three changes of three messages of their own customers.
    let entries: Vec<_> = (0..3)
        .map(|e| {
            let business = &businesses[e % 2];
            let changes: Vec<_> = (0..3)
                .map(|c| {
                    let message = |m: usize| {
                        let n = e * 9 + c * 3 + m;
                        text(&customer(n), &format!("wamid.{n}"), QUESTION)
                    };
                    let mut messages: Vec<_> = (0..3).map(message).collect();
                    if (e, c) == (1, 1) {
                        messages.insert(1, json!({ "from": 7, "type": ["no", "message"] }));
                    }
                    change(business, &messages)
                })
                .collect();
            entry(business, &changes)
        })
        .collect();
    assert_eq!(world.webhook(&webhook(&entries)).await, 200);
    for n in 0..27 {
        let business = &businesses[(n / 9) % 2];
        let answers = world.answers(business, &customer(n), 1).await;
        assert!(answers[0].contains(&business.answer), "{n}: {answers:?}");
    }
    let sent = [world.all_sent(&businesses[0]).await.len(), world.all_sent(&businesses[1]).await.len()];
    assert_eq!(sent, [18, 9]);
    let leftovers = world.leftovers(&businesses[1]).await;
    assert_eq!(leftovers.len(), 1, "{leftovers:?}");
    assert!(leftovers[0]["body"].to_string().contains(r#"["no","message"]"#), "{leftovers:?}");
    assert_eq!(world.leftovers(&businesses[0]).await.len(), 0);
}
