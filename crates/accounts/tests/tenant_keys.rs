//! Master keys are exchanged under running tenants.

use anyhow::Result;
use rstest::rstest;
use secrecy::ExposeSecret;
use switchboard_accounts::tenant_keys;
use switchboard_crypto::{KeyRing, Place};
use switchboard_store::{
    Db, Millis, ReadReceipts, Scope, TenantId, TenantStatus, Vault, new_id, tenant, tenant::Tenant,
};
use switchboard_test_support::{Engine, TestDb};

const OLD: &str = "old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NEW: &str = "new:/+7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u4=";
const NOW: Millis = Millis(1_700_000_000_000);

fn ring(text: &str) -> KeyRing {
    KeyRing::parse(text).expect("a good key ring")
}

fn both() -> KeyRing {
    ring(&format!("{NEW},{OLD}"))
}

/// A tenant with a secret, sealed under the old master key.
async fn tenant_with_secret(db: &Db) -> Result<(Place, Vec<u8>)> {
    let id = TenantId(new_id(NOW));
    let tenant = Tenant {
        id,
        name: "Bakery".into(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        read_receipts: ReadReceipts::Typing,
        time_zone: "UTC".into(),
        created_at: NOW,
    };
    let place = Place { tenant: id.0, table: "waba", column: "token", row: id.0 };
    let vault = Vault::new(ring(OLD));
    let mut tx = db.write(Scope::System).await?;
    tenant::insert(&mut tx.conn(), &tenant).await?;
    vault.create_key(&mut tx.conn(), id, NOW).await?;
    let envelope = vault.seal(&mut tx.conn(), &place, b"a secret").await?;
    tx.commit().await?;
    Ok((place, envelope))
}

async fn opens(db: &Db, ring: KeyRing, place: &Place, envelope: &[u8]) -> bool {
    let mut tx = db.read(Scope::System).await.expect("a transaction");
    let opened = Vault::new(ring).open_text(&mut tx.conn(), place, envelope).await;
    opened.is_ok_and(|secret| secret.expose_secret() == "a secret")
}

async fn is_usable(db: &Db, ring: &KeyRing) -> bool {
    let mut tx = db.read(Scope::System).await.expect("a transaction");
    tenant_keys::check(&mut tx.conn(), ring).await.is_ok()
}

#[rstest]
#[tokio::test]
async fn after_a_rotation_the_old_master_key_is_not_needed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) -> Result<()> {
    let test = TestDb::new(engine).await;
    let mut secrets = Vec::new();
    // More than one batch.
    for _ in 0..205 {
        secrets.push(tenant_with_secret(&test.db).await?);
    }
    assert!(is_usable(&test.db, &both()).await && !is_usable(&test.db, &ring(NEW)).await);

    assert_eq!(tenant_keys::rotate(&test.db, &both()).await?, 205);
    assert_eq!(tenant_keys::rotate(&test.db, &both()).await?, 0);
    assert!(is_usable(&test.db, &ring(NEW)).await && !is_usable(&test.db, &ring(OLD)).await);
    for (place, envelope) in &secrets {
        assert!(opens(&test.db, ring(NEW), place, envelope).await);
    }
    Ok(())
}

#[rstest]
#[tokio::test]
async fn a_rotation_without_the_old_key_changes_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) -> Result<()> {
    let test = TestDb::new(engine).await;
    let (place, envelope) = tenant_with_secret(&test.db).await?;
    assert!(tenant_keys::rotate(&test.db, &ring(NEW)).await.is_err());
    assert!(opens(&test.db, ring(OLD), &place, &envelope).await);
    Ok(())
}

#[tokio::test]
async fn a_new_installation_has_no_key_to_miss() {
    let test = TestDb::new(Engine::Sqlite).await;
    assert!(is_usable(&test.db, &ring(NEW)).await);
}
