//! A replay that is interrupted goes on from where it was.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine;

use super::{process::eventually, site::Site};

#[rstest]
#[tokio::test]
async fn a_replay_that_is_killed_goes_on_and_sends_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let doomed = site.serve_with(&[("SWITCHBOARD_CRASH_AT", "replay.recorded")]).await;
    let customers: Vec<_> = (10..16).map(|n| format!("9053012345{n}")).collect();
    for customer in &customers {
        site.asks(customer).await;
    }
    site.each_is_answered_once(&doomed, &customers).await;
    let sent = site.sent(None).await;
    let bots = site.call(&doomed, Method::GET, "/api/bots", Value::Null).await;
    let bot = format!("/api/bots/{}", bots["items"][0]["id"].as_str().expect("a bot"));
    site.call(&doomed, Method::POST, &format!("{bot}/replay"), json!({})).await;
    doomed.crashed().await;

    let server = site.serve().await;
    let replays = format!("{bot}/replays");
    let newest = async || site.call(&server, Method::GET, &replays, Value::Null).await["items"][0].clone();
    let after_crash = newest().await;
    assert!(after_crash["same"].as_i64().is_some_and(|same| same >= 1), "what was done stays done: {after_crash}");
    let replay = eventually("the replay's end", async || Some(newest().await).filter(|it| it["state"] == "done")).await;
    assert_eq!(
        (&replay["id"], &replay["same"], &replay["results"]),
        (&after_crash["id"], &json!(6), &json!(6)),
        "{replay}"
    );
    assert_eq!(site.sent(None).await, sent, "nothing is sent");
    site.each_is_answered_once(&server, &customers).await;
    server.kill().await;
}
