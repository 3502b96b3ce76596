//! A tenant whose deletion is interrupted goes all the same.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use switchboard_store::{Scope, tenant_deletion};
use switchboard_test_support::{Engine, rows_of};

use super::{
    process::eventually,
    site::{Site, customers},
};

#[rstest]
#[tokio::test]
async fn a_deletion_that_is_killed_again_and_again_goes_on_from_where_it_was(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let site = Site::start(engine, Duration::from_millis(100)).await;
    let server = site.serve().await;
    let customers = customers(3);
    for customer in &customers {
        site.asks(customer).await;
    }
    site.each_is_answered_once(&server, &customers).await;
    let tenant = site.tenant(&server).await;
    server.terminate().await;

    let crash = [("SWITCHBOARD_CRASH_AT", "deletion.batch")];
    let server = site.serve_with(&crash).await;
    let body = json!({ "name": "Bakery", "password": "a long password of one's own" });
    let begun = site.call(&server, Method::DELETE, "/api/tenant", body).await;
    assert_eq!(begun["state"], "running", "{begun}");
    server.crashed().await;
    let mut before = rows_of(&site.db.db, tenant).await;
    assert!(!before.contains_key("tenant_key"), "the key went first: {before:?}");
    assert!(before.contains_key("message"), "the rest is still there: {before:?}");
    for _ in 0..3 {
        site.serve_until_crash(&crash).await;
        let after = rows_of(&site.db.db, tenant).await;
        assert!(after.values().sum::<i64>() < before.values().sum::<i64>(), "it goes on: {after:?}");
        before = after;
    }
    let server = site.serve().await;
    let deletion = eventually("nothing is left", async || {
        let mut tx = site.db.db.read(Scope::System).await.expect("a transaction");
        let deletion = tenant_deletion::get(&mut tx.conn(), tenant).await.expect("it reads").expect("a deletion");
        deletion.completed_at.is_some().then_some(deletion)
    })
    .await;
    assert_eq!(Some(deletion.rows_deleted), deletion.rows_total, "each row was counted once");
    assert_eq!(rows_of(&site.db.db, tenant).await, std::collections::BTreeMap::new());
    server.kill().await;
}
