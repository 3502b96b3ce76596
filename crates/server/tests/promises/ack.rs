//! 1. Ack after commit.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use switchboard_server::{
    config::Config,
    serve::{ServeRole, Server},
};
use switchboard_store::{Scope, SystemClock, delivery};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    TestDb, hold,
};
use switchboard_webhook::receive::ReceiveError;
use tokio::task::JoinSet;

use crate::support::{TestApp, line::posts, line::signature, settings};

#[rstest]
#[tokio::test]
async fn what_has_been_answered_with_200_is_in_the_database(#[values(Sqlite, Postgres)] engine: Engine) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let test = TestDb::new(engine).await;
    let config = Config::from_settings(&settings(&test.url)).expect("the configuration is good");
    // No worker takes away what is stored.
    let server = Server::start(config, &[ServeRole::Api], std::sync::Arc::new(SystemClock)).await.expect("it starts");
    let url = format!("http://{}/webhooks/whatsapp", server.address().expect("it listens"));
    let replica = test.open_again().await;
    let client = reqwest::Client::builder().build().expect("a client");
    let post = async |n: usize| {
        let body = format!(r#"{{"object":"whatsapp_business_account","entry":[],"n":"<{n}>"}}"#);
        let signed = signature(body.as_bytes());
        let answer = client.post(&url).header("x-hub-signature-256", signed).body(body.clone()).send().await;
        assert_eq!(answer.expect("it answers").status(), 200);
        let mut tx = replica.read(Scope::System).await.expect("a transaction");
        let stored = delivery::pending(&mut tx.conn(), 1_000).await;
        let stored = stored.expect("deliveries");
        assert!(stored.iter().any(|delivery| delivery.body == body.as_bytes()), "{n} is not stored");
    };
    join_all((0..40).map(post)).await;
    server.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_full_queue_asks_meta_to_come_back_and_keeps_what_it_has_taken(#[values(Sqlite, Postgres)] engine: Engine) {
    const QUEUE: usize = 4_096;
    /// What the committers have taken from the queue, at most.
    const IN_HAND: usize = 4 * 64;
    let app = TestApp::start(engine).await;
    let replica = app.db.open_again().await;
    let held = hold(&replica, "webhook_delivery").await;
    let body = r#"{"object":"whatsapp_business_account","entry":[]}"#;
    let receiver = app.server.state().receiver.clone();
    let mut waiting = JoinSet::new();
    // In waves: after the first, the committers take their batches in hand and make room for a few more.
    for wave in [QUEUE + 1, IN_HAND + 1, 1] {
        for _ in 0..wave {
            let receiver = receiver.clone();
            waiting.spawn(async move { receiver.receive(Some(&signature(body.as_bytes())), body.into()).await });
        }
        // Nothing can be stored, so the only outcome is that of one too many.
        let refused = waiting.join_next().await.expect("one of many").expect("no panic");
        assert!(matches!(refused, Err(ReceiveError::Full)), "{refused:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let answer = posts(&app, body).await;
    answer.assert_problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
    drop(held);
    let outcomes = waiting.join_all().await;
    let (kept, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert!(kept.len() >= QUEUE, "{} taken, {} refused", kept.len(), refused.len());
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(ReceiveError::Full))), "refused for another reason");
    assert_eq!(posts(&app, body).await.status, 200);
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_stored_is_refused_with_503(#[values(Sqlite, Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    app.server.state().db.close().await;
    let answer = posts(&app, r#"{"object":"whatsapp_business_account","entry":[]}"#).await;
    answer.assert_problem(503, "unavailable");
    assert!(answer.header("retry-after").is_some());
}
