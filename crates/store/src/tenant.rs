//! Tenants and their data keys.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TenantId, TenantStatus,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    pub status: TenantStatus,
    pub auto_handback_ms: Option<i64>,
    pub created_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct KeyRow {
    pub id: Uuid,
    pub master_key_id: String,
    pub wrapped: Vec<u8>,
}

statements! {
    INSERT = "INSERT INTO tenant (id, name, status, auto_handback_ms, created_at) VALUES ($1, $2, $3, $4, $5)";
    GET = "SELECT id, name, status, auto_handback_ms, created_at FROM tenant WHERE id = $1";
    // Not the whole row: rows that refer to the tenant can still be added meanwhile.
    LOCK = {
        sqlite: "SELECT id FROM tenant WHERE id = $1",
        postgres: "SELECT id FROM tenant WHERE id = $1 FOR NO KEY UPDATE",
    };
    SET_AUTO_HANDBACK = "UPDATE tenant SET auto_handback_ms = $2 WHERE id = $1";
    RENAME = "UPDATE tenant SET name = $2 WHERE id = $1";
    INSERT_KEY = "INSERT INTO tenant_key (tenant_id, id, master_key_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)";
    KEY = "SELECT id, master_key_id, wrapped FROM tenant_key WHERE tenant_id = $1 AND id = $2";
    NEWEST_KEY = "SELECT id, master_key_id, wrapped FROM tenant_key WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1";
    KEYS_UNDER_OTHER_MASTER = "SELECT tenant_id, id FROM tenant_key WHERE master_key_id <> $1 ORDER BY tenant_id, id LIMIT $2";
    MASTER_KEYS_IN_USE = "SELECT DISTINCT master_key_id FROM tenant_key ORDER BY master_key_id";
    KEY_UNDER_MASTER = "SELECT tenant_id, id, master_key_id, wrapped FROM tenant_key WHERE master_key_id = $1
        ORDER BY tenant_id, id LIMIT 1";
    REWRAP = "UPDATE tenant_key SET master_key_id = $3, wrapped = $4 WHERE tenant_id = $1 AND id = $2";
}

pub async fn insert(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<()> {
    execute!(conn, INSERT; tenant.id, &tenant.name, tenant.status, tenant.auto_handback_ms, tenant.created_at)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<Tenant>> {
    fetch!(optional, conn, GET => Tenant; id)
}

/// Makes the caller the only one who changes who works for the tenant until the transaction ends.
pub async fn lock(conn: &mut Conn<'_>, id: TenantId) -> Result<()> {
    let row = fetch!(optional, conn, LOCK => (TenantId,); id)?;
    expect_rows("tenant", 1, u64::from(row.is_some()))
}

/// After how long without a person writing the AI takes a conversation back; `None`: never.
pub async fn set_auto_handback(conn: &mut Conn<'_>, id: TenantId, after_ms: Option<i64>) -> Result<()> {
    expect_rows("tenant", 1, execute!(conn, SET_AUTO_HANDBACK; id, after_ms)?)
}

pub async fn rename(conn: &mut Conn<'_>, id: TenantId, name: &str) -> Result<()> {
    expect_rows("tenant", 1, execute!(conn, RENAME; id, name)?)
}

pub async fn insert_key(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    master_key_id: &str,
    wrapped: &[u8],
    now: Millis,
) -> Result<()> {
    execute!(conn, INSERT_KEY; tenant, id, master_key_id, wrapped, now)?;
    Ok(())
}

pub async fn key(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<KeyRow>> {
    fetch!(optional, conn, KEY => KeyRow; tenant, id)
}

pub async fn newest_key(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Option<KeyRow>> {
    fetch!(optional, conn, NEWEST_KEY => KeyRow; tenant)
}

/// Data keys that another master key than `master_key_id` wraps: what a rotation has still to do.
pub async fn keys_under_other_master(
    conn: &mut Conn<'_>,
    master_key_id: &str,
    limit: i64,
) -> Result<Vec<(TenantId, Uuid)>> {
    fetch!(all, conn, KEYS_UNDER_OTHER_MASTER => (TenantId, Uuid); master_key_id, limit)
}

/// The ids of all master keys that wrap a tenant's key. Every one of them is still needed.
pub async fn master_keys_in_use(conn: &mut Conn<'_>) -> Result<Vec<String>> {
    let rows = fetch!(all, conn, MASTER_KEYS_IN_USE => (String,);)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Some tenant's key that `master_key_id` wraps, to try the master key on.
pub async fn key_under_master(conn: &mut Conn<'_>, master_key_id: &str) -> Result<Option<(TenantId, KeyRow)>> {
    let row = fetch!(optional, conn, KEY_UNDER_MASTER => (TenantId, Uuid, String, Vec<u8>); master_key_id)?;
    Ok(row.map(|(tenant, id, master_key_id, wrapped)| (tenant, KeyRow { id, master_key_id, wrapped })))
}

pub async fn rewrap(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    master_key_id: &str,
    wrapped: &[u8],
) -> Result<()> {
    expect_rows("tenant_key", 1, execute!(conn, REWRAP; tenant, id, master_key_id, wrapped)?)
}
