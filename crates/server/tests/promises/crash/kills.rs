//! Kills at no particular point, under load.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine;

use super::{
    process::{Process, eventually},
    site::{Site, customers},
};

/// Between two customers who write.
const PACE: Duration = Duration::from_millis(100);

#[rstest]
#[tokio::test]
async fn three_kills_while_forty_customers_write_cost_nobody_an_answer_and_give_nobody_two(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let site = Site::start(engine, Duration::from_millis(300)).await;
    site.sim(Method::PUT, "/sim/delays", json!({ "model_ms": 100 })).await;
    let customers = customers(40);
    let server = site.serve().await;
    let writing = join_all(customers.iter().zip(1..).map(async |(customer, place)| {
        tokio::time::sleep(PACE * place).await;
        site.asks(customer).await
    }));
    let (_, server) = tokio::join!(writing, killed_as_answers_leave(&site, server));
    site.each_is_answered_once(&server, &customers).await;
}

/// The server that is left in the end.
async fn killed_as_answers_leave(site: &Site, mut server: Process) -> Process {
    for answers in [2, 10, 20] {
        eventually("answers leave", async || (site.sent(None).await.len() >= answers).then_some(())).await;
        server.kill().await;
        server = site.serve().await;
    }
    server
}
