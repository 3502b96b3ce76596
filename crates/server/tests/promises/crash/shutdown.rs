//! SIGTERM in the middle of work.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine;

use super::{
    process::eventually,
    site::{Site, customers},
};

#[rstest]
#[tokio::test]
async fn a_shutdown_in_the_middle_of_work_is_quick_and_loses_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let site = Site::start(engine, Duration::from_millis(300)).await;
    site.sim(Method::PUT, "/sim/delays", json!({ "model_ms": 3_000 })).await;
    let customers = customers(30);
    let (thought_about, in_flight) = customers.split_at(10);
    let server = site.serve().await;
    join_all(thought_about.iter().map(|customer| site.asks(customer))).await;
    eventually("the model is asked about all", async || {
        let asked = site.sim(Method::GET, "/sim/model/requests", json!(null)).await;
        (asked["items"].as_array().expect("a list").len() >= thought_about.len()).then_some(())
    })
    .await;
    let stream = site.follows_events(&server).await;
    assert_eq!(stream.status(), 200);

    let writing = join_all(in_flight.iter().map(|customer| site.asks(customer)));
    let ((status, took), _) = tokio::join!(server.terminate(), writing);
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop(stream);

    site.sim(Method::PUT, "/sim/delays", json!({ "model_ms": 0 })).await;
    let server = site.serve().await;
    site.each_is_answered_once(&server, &customers).await;
}
