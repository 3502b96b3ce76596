//! A process that dies around a call of a tool: what changes something is done once at most, and that it is not known is
//! known.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine;

use super::{
    process::eventually,
    site::{Site, customers},
};

const PRIVATE: (&str, &str) = ("SWITCHBOARD_PRIVATE_TOOLS", "on");

/// Each point, and how often the business's server has been asked by then.
const POINTS: [(&str, usize); 2] = [("tool.begun", 0), ("tool.called", 1)];

#[rstest]
#[tokio::test]
async fn a_crash_around_a_call_never_makes_it_twice(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    join_all(POINTS.map(|(point, asked)| crash_at(engine, point, asked))).await;
}

async fn crash_at(engine: Engine, point: &str, asked: usize) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let doomed = site.serve_with(&[PRIVATE, ("SWITCHBOARD_CRASH_AT", point)]).await;
    let bots = site.call(&doomed, Method::GET, "/api/bots", Value::Null).await;
    let tools = format!("/api/bots/{}/tools", bots["items"][0]["id"].as_str().expect("a bot"));
    let tool = json!({
        "name": "cancel_order",
        "url": site.shop("/orders/{order}/cancel"),
        "headers": { "x-api-key": "shop-key" },
        "http": {
            "description": "Cancels an order, by its number.",
            "method": "POST",
            "inputs": { "type": "object", "properties": { "order": { "type": "string" } }, "required": ["order"] },
            "timeout_ms": 5_000,
        },
    });
    site.call(&doomed, Method::POST, &tools, tool).await;
    let customers = customers(1);
    site.says(&customers[0], "Please cancel my order A-1042.").await;
    doomed.crashed().await;
    assert_eq!(site.shop_requests().await.len(), asked, "{point}");

    let server = site.serve_with(&[PRIVATE]).await;
    eventually("an answer", async || (!site.sent(Some(&customers[0])).await.is_empty()).then_some(())).await;
    assert_eq!(site.shop_requests().await.len(), asked, "{point}: nothing is done again");
    let list = site.call(&server, Method::GET, "/api/conversations", Value::Null).await;
    let calls = format!("/api/conversations/{}/tool-calls", list["items"][0]["id"].as_str().expect("a conversation"));
    let calls = site.call(&server, Method::GET, &calls, Value::Null).await;
    assert_eq!(calls["items"].as_array().expect("a page").len(), 1, "{point}: {calls}");
    assert_eq!(calls["items"][0]["state"], "unknown", "{point}: {calls}");
    server.kill().await;
}
