//! What tests rely on.

use rstest::rstest;
use sqlx::{Connection, PgConnection};
use switchboard_store::{Millis, TenantId, TenantStatus, tenant::Tenant};
use switchboard_store::{ReadReceipts, Scope, tenant};
use switchboard_test_support::{Engine, TestDb};
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

async fn insert_tenant(test: &TestDb) {
    let tenant = Tenant {
        id: TENANT,
        name: "Bakery".into(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        read_receipts: ReadReceipts::Typing,
        time_zone: "UTC".into(),
        created_at: Millis(0),
    };
    let mut tx = test.db.write(Scope::System).await.expect("the tenant is inserted");
    tenant::insert(&mut tx.conn(), &tenant).await.expect("the tenant is inserted");
    tx.commit().await.expect("the tenant is inserted");
}

#[rstest]
#[tokio::test]
async fn a_new_database_is_migrated_and_nobody_elses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (one, other) = (TestDb::new(engine).await, TestDb::new(engine).await);
    insert_tenant(&one).await;
    assert_eq!(one.db.pending_migrations().await.unwrap(), 0);
    for (test, expected) in [(&one.db, true), (&one.open_again().await, true), (&other.db, false)] {
        let mut tx = test.read(Scope::System).await.unwrap();
        assert_eq!(tenant::get(&mut tx.conn(), TENANT).await.unwrap().is_some(), expected);
    }
}

#[rstest]
#[tokio::test]
async fn an_unmigrated_database_has_everything_pending(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = TestDb::unmigrated(engine).await;
    assert!(test.db.pending_migrations().await.unwrap() > 0);
}

#[tokio::test]
async fn row_level_security_binds_the_role_that_tests_use() {
    let test = TestDb::new(Engine::Postgres).await;
    insert_tenant(&test).await;
    let mut tx = test.db.read(Scope::Tenant(TenantId(Uuid::from_u128(2)))).await.unwrap();
    assert_eq!(tenant::get(&mut tx.conn(), TENANT).await.unwrap(), None);
}

#[tokio::test]
async fn a_dropped_test_database_is_gone() {
    let test = TestDb::new(Engine::Postgres).await;
    let url = test.url.clone();
    drop(test);
    assert!(PgConnection::connect(&url).await.is_err());
}
