//! Dispatching while the database is in trouble.

use std::{sync::Arc, time::Duration};

use switchboard_store::{Db, DbOptions, Notifier, Scope, Signal, SystemClock, delivery, leftover};
use switchboard_test_support::{Engine, TestDb, hold};
use switchboard_webhook::dispatch::Dispatcher;
use tokio_util::sync::CancellationToken;

const UNDERSTOOD: &[u8] = include_bytes!("fixtures/message_text.json");

/// Woken by every delivery, a dispatcher would use up the tries of the oldest in moments, and give its items up.
#[tokio::test]
async fn while_the_database_is_in_trouble_deliveries_that_go_on_coming_use_up_no_tries() {
    let test = TestDb::new(Engine::Postgres).await;
    let mut tx = test.db.write(Scope::System).await.unwrap();
    delivery::insert(&mut tx.conn(), &[UNDERSTOOD], switchboard_store::Millis(1)).await.unwrap();
    tx.commit().await.unwrap();
    // Whoever reads the numbers waits longer than a statement may take, which counts as trouble that passes.
    let trouble = hold(&test.db, "number").await;
    let impatient = format!("{}?options[statement_timeout]=50ms", test.url);
    let db = Db::open(&impatient, DbOptions { connections: 2 }).await.unwrap();
    let (notifier, stop) = (Notifier::start(&db), CancellationToken::new());
    let dispatcher = Dispatcher::new(db, Arc::new(SystemClock), notifier.clone());
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { dispatcher.run(stop).await }
    });
    for _ in 0..150 {
        notifier.notify(Signal::Delivery);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    running.await.unwrap();
    // Only now: what is under way would succeed.
    drop(trouble);
    let mut tx = test.db.read(Scope::System).await.unwrap();
    let waiting = delivery::pending(&mut tx.conn(), 10).await.unwrap();
    let given_up = leftover::unclaimed(&mut tx.conn(), None, 10).await.unwrap();
    assert!(given_up.is_empty(), "{given_up:?}");
    assert!(waiting.iter().all(|delivery| (1..10).contains(&delivery.attempts)), "{waiting:?}");
    assert_eq!(waiting.len(), 1);
}
