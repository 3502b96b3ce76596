//! A run of a bot's tests that is interrupted goes on from where it was.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine;

use super::{process::eventually, site::Site};

#[rstest]
#[tokio::test]
async fn a_run_of_tests_that_is_killed_goes_on_and_asks_nothing_twice(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let doomed = site.serve_with(site.address, &[("SWITCHBOARD_CRASH_AT", "test.recorded")]).await;
    let bots = site.call(&doomed, Method::GET, "/api/bots", Value::Null).await;
    let bot = format!("/api/bots/{}", bots["items"][0]["id"].as_str().expect("a bot"));
    for name in ["One", "Two", "Three", "Four", "Five", "Six"] {
        let test = json!({ "name": name, "turns": ["What are your opening hours?"], "must_say": ["seven"] });
        site.call(&doomed, Method::POST, &format!("{bot}/tests"), test).await;
    }
    site.call(&doomed, Method::POST, &format!("{bot}/tests/run"), json!({})).await;
    doomed.crashed().await;

    let server = site.serve().await;
    let runs = format!("{bot}/test-runs");
    let after_crash = site.call(&server, Method::GET, &runs, Value::Null).await["items"][0].clone();
    assert!(
        after_crash["passed"].as_i64().is_some_and(|passed| passed >= 1),
        "what was done stays done: {after_crash}"
    );
    let run = eventually("the run's end", async || {
        let run = site.call(&server, Method::GET, &runs, Value::Null).await["items"][0].clone();
        (run["state"] == "done").then_some(run)
    })
    .await;
    assert_eq!((&run["id"], &run["passed"], &run["tests"]), (&after_crash["id"], &json!(6), &json!(6)), "{run}");
    server.kill().await;
}
