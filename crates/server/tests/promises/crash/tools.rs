//! A process that dies around a call of a tool: what changes something is done once at most, and that it is not known is
//! known.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_inbox::control;
use switchboard_store::{
    Scope, TenantId, ToolCallState,
    conversation::{self, Filter},
    tool_call::{self, ToolCall},
};
use switchboard_test_support::Engine;
use uuid::Uuid;

use super::{
    process::{Process, eventually},
    site::{Site, customers},
};

const CANCEL: &str = "Please cancel my order A-1042.";
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
    can_cancel_orders(&site, &doomed).await;
    let customers = customers(1);
    site.says(&customers[0], CANCEL).await;
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

async fn can_cancel_orders(site: &Site, server: &Process) {
    let bots = site.call(server, Method::GET, "/api/bots", Value::Null).await;
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
    site.call(server, Method::POST, &tools, tool).await;
}

#[rstest]
#[tokio::test]
async fn a_call_that_was_cut_off_is_called_so_where_people_have_taken_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let doomed = site.serve_with(&[PRIVATE, ("SWITCHBOARD_CRASH_AT", "tool.begun")]).await;
    can_cancel_orders(&site, &doomed).await;
    let tenant = site.tenant(&doomed).await;
    site.says(&customers(1)[0], CANCEL).await;
    doomed.crashed().await;
    let conversation = taken_over_long_ago(&site, tenant).await;

    let server = site.serve_with(&[PRIVATE]).await;
    let path = format!("/api/conversations/{conversation}/tool-calls");
    eventually("the end of it", async || {
        let calls = site.call(&server, Method::GET, &path, Value::Null).await;
        (calls["items"][0]["state"] == "unknown").then_some(())
    })
    .await;
    assert!(site.shop_requests().await.is_empty(), "and it is not made");
    server.kill().await;
}

/// While nothing serves: people take over, and it was some time ago that the call began. Their conversation.
async fn taken_over_long_ago(site: &Site, tenant: TenantId) -> Uuid {
    let mut tx = site.db.db.write(Scope::Tenant(tenant)).await.expect("a transaction");
    let conn = &mut tx.conn();
    let row = conversation::list(conn, tenant, Filter::default(), None, 1).await.expect("it reads").remove(0);
    let id = row.conversation.id;
    let call = tool_call::before(conn, tenant, id, None, 1).await.expect("it reads").remove(0);
    assert_eq!(call.state, ToolCallState::Running);
    control::take_over(conn, call.updated_at, tenant, id, None).await.expect("it is taken over");
    let call = ToolCall { updated_at: call.updated_at - Duration::from_mins(10), ..call };
    tool_call::update(conn, &call).await.expect("it is stored");
    tx.commit().await.expect("it is stored");
    id
}
