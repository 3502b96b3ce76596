//! A run of a bot's tests that is interrupted goes on from where it was.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{Scope, bot_run};
use switchboard_test_support::Engine;

use super::{
    process::{Process, eventually},
    site::Site,
};

const QUESTION: &str = "What are your opening hours?";
/// After so many tries a run is given up.
const TRIES: usize = 5;

#[rstest]
#[tokio::test]
async fn a_run_of_tests_that_is_killed_goes_on_and_asks_nothing_twice(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let doomed = site.serve_with(&[("SWITCHBOARD_CRASH_AT", "test.recorded")]).await;
    let bots = site.call(&doomed, Method::GET, "/api/bots", Value::Null).await;
    let bot = format!("/api/bots/{}", bots["items"][0]["id"].as_str().expect("a bot"));
    for name in ["One", "Two", "Three", "Four", "Five", "Six"] {
        let test = json!({ "name": name, "turns": [QUESTION], "must_say": ["seven"] });
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

#[rstest]
#[tokio::test]
async fn a_run_outlives_any_number_of_restarts(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let result = broken_off(engine, async |_, server| {
        let (status, _) = server.terminate().await;
        assert!(status.success(), "{status}");
    })
    .await;
    assert_eq!((&result["outcome"], &result["reason"]), (&json!("passed"), &Value::Null), "{result}");
}

#[rstest]
#[tokio::test]
async fn a_run_that_ends_the_process_each_time_is_given_up(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let result = broken_off(engine, async |site, server| {
        server.kill().await;
        // As time would: nobody has to wait for it here.
        let mut tx = site.db.db.write(Scope::System).await.expect("a transaction");
        bot_run::lapse_all(&mut tx.conn()).await.expect("the leases lapse");
        tx.commit().await.expect("it is stored");
    })
    .await;
    let expected = (&json!("error"), &json!("The run was broken off too often."));
    assert_eq!((&result["outcome"], &result["reason"]), expected, "{result}");
}

/// What comes of a run of one test, in the middle of which one server after the other ends as `end` has it.
async fn broken_off(engine: Engine, end: impl AsyncFn(&Site, Process)) -> Value {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let mut server = site.serve().await;
    let bots = site.call(&server, Method::GET, "/api/bots", Value::Null).await;
    let bot = format!("/api/bots/{}", bots["items"][0]["id"].as_str().expect("a bot"));
    let test = json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["seven"] });
    site.call(&server, Method::POST, &format!("{bot}/tests"), test).await;
    site.sim(Method::PUT, "/sim/delays", json!({ "model_ms": 20_000 })).await;
    let run = site.call(&server, Method::POST, &format!("{bot}/tests/run"), json!({})).await;
    for times in 1..=TRIES {
        eventually("the model is asked", async || {
            let asked = site.sim(Method::GET, "/sim/model/requests", Value::Null).await;
            (asked["items"].as_array().expect("a list").len() >= times).then_some(())
        })
        .await;
        end(&site, server).await;
        if times == TRIES {
            site.sim(Method::PUT, "/sim/delays", json!({ "model_ms": 0 })).await;
        }
        server = site.serve().await;
    }
    let path = format!("{bot}/test-runs/{}", run["id"].as_str().expect("an id"));
    let report = eventually("the run's end", async || {
        let report = site.call(&server, Method::GET, &path, Value::Null).await;
        (report["run"]["state"] == "done").then_some(report)
    })
    .await;
    server.kill().await;
    report["results"][0].clone()
}
