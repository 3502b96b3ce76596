//! Who did what: what was told of it before it was known to be a secret.

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{
    Millis, Scope, TenantId,
    audit::{self, Filter},
};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    TestDb, run,
};
use uuid::Uuid;

#[rstest]
#[tokio::test]
async fn what_was_told_of_a_tools_address_keeps_nothing_of_its_query(#[values(Sqlite, Postgres)] engine: Engine) {
    let test = TestDb::as_of(engine, 43).await;
    let id = |n: u128| match engine {
        Sqlite => format!("x'{n:032x}'"),
        Postgres => format!("'{}'", Uuid::from_u128(n)),
    };
    let tenant =
        format!("INSERT INTO tenant (id, name, status, created_at) VALUES ({}, 'Bakery', 'active', 0);", id(1));
    let told = |n: u128, action: &str, url: &str| {
        format!(
            "INSERT INTO audit (tenant_id, id, at, actor, action, detail)
             VALUES ({}, {}, 0, 'system', '{action}', '{}');",
            id(1),
            id(n),
            json!({ "name": "find_order", "url": url })
        )
    };
    let rows = [
        tenant,
        told(2, "tool.created", "https://shop.example/{order}?key=s3cret#?"),
        told(3, "tool.updated", "https://shop.example/#s3cret"),
        told(4, "tool.updated", "https://shop.example/{order}"),
        told(5, "knowledge.created", "https://shop.example/?page=2"),
    ];
    run(&test.db, &rows.concat()).await;
    test.db.migrate().await.unwrap();
    let tenant = TenantId(Uuid::from_u128(1));
    let mut tx = test.db.read(Scope::Tenant(tenant)).await.unwrap();
    let filter = Filter { to: Some(Millis(i64::MAX)), ..Filter::default() };
    let entries = audit::list(&mut tx.conn(), tenant, &filter, None, 10).await.unwrap();
    let urls: Vec<Value> = entries.iter().rev().map(|entry| entry.detail.0["url"].clone()).collect();
    let [order, shop] = ["https://shop.example/{order}", "https://shop.example/"];
    assert_eq!(urls, [order, shop, order, "https://shop.example/?page=2"]);
    assert!(entries.iter().all(|entry| entry.detail.0["name"] == "find_order"));
}
