//! Tenants and their data keys.

use uuid::Uuid;

use crate::{
    Conn, Millis, ReadReceipts, Result, TenantId, TenantStatus,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    pub status: TenantStatus,
    pub auto_handback_ms: Option<i64>,
    /// A name of the IANA's database.
    pub time_zone: String,
    pub read_receipts: ReadReceipts,
    pub created_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct KeyRow {
    pub id: Uuid,
    pub master_key_id: String,
    pub wrapped: Vec<u8>,
    pub created_at: Millis,
}

/// How a tenant wants models to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct ModelPolicy {
    /// Counts up with every change of its servers.
    pub models_version: i64,
    /// A name of the IANA's database.
    pub time_zone: String,
    /// What may be used on one day of the business; `None`: as much as it takes.
    pub tokens_per_day: Option<i64>,
    /// In millionths of a dollar.
    pub cost_per_day: Option<i64>,
}

/// Why a tenant may not work, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Suspension {
    pub at: Millis,
    /// For the tenant's people.
    pub reason: String,
}

statements! {
    INSERT = "INSERT INTO tenant (id, name, status, auto_handback_ms, time_zone, read_receipts, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GET = "SELECT id, name, status, auto_handback_ms, time_zone, read_receipts, created_at FROM tenant WHERE id = $1";
    MODEL_POLICY = "SELECT models_version, time_zone, tokens_per_day, cost_per_day FROM tenant WHERE id = $1";
    TOUCH_MODELS = "UPDATE tenant SET models_version = models_version + 1 WHERE id = $1";
    SET_BUDGET = "UPDATE tenant SET tokens_per_day = $2, cost_per_day = $3 WHERE id = $1";
    // Not the whole row: rows that refer to the tenant can still be added meanwhile.
    LOCK = {
        sqlite: "SELECT id FROM tenant WHERE id = $1",
        postgres: "SELECT id FROM tenant WHERE id = $1 FOR NO KEY UPDATE",
    };
    SUSPENSION = "SELECT suspended_at AS at, suspended_reason AS reason FROM tenant WHERE id = $1 AND status = 'suspended'";
    SUSPEND = "UPDATE tenant SET status = 'suspended', suspended_at = $2, suspended_reason = $3
        WHERE id = $1 AND status <> 'deleting'";
    RESUME = "UPDATE tenant SET status = 'active', suspended_at = NULL, suspended_reason = NULL
        WHERE id = $1 AND status = 'suspended'";
    DELETING = "UPDATE tenant SET status = 'deleting' WHERE id = $1 AND status <> 'deleting'";
    SET_AUTO_HANDBACK = "UPDATE tenant SET auto_handback_ms = $2 WHERE id = $1";
    SET_TIME_ZONE = "UPDATE tenant SET time_zone = $2 WHERE id = $1";
    SET_READ_RECEIPTS = "UPDATE tenant SET read_receipts = $2 WHERE id = $1";
    RENAME = "UPDATE tenant SET name = $2 WHERE id = $1";
    INSERT_KEY = "INSERT INTO tenant_key (tenant_id, id, master_key_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)";
    KEY = "SELECT id, master_key_id, wrapped, created_at FROM tenant_key WHERE tenant_id = $1 AND id = $2";
    KEYS = "SELECT id, master_key_id, wrapped, created_at FROM tenant_key WHERE tenant_id = $1
        ORDER BY created_at DESC, id DESC";
    // Locked against being destroyed, and against nothing else, until what it seals is stored.
    NEWEST_KEY = {
        sqlite: "SELECT id, master_key_id, wrapped, created_at FROM tenant_key WHERE tenant_id = $1
            ORDER BY created_at DESC, id DESC LIMIT 1",
        postgres: "SELECT id, master_key_id, wrapped, created_at FROM tenant_key WHERE tenant_id = $1
            ORDER BY created_at DESC, id DESC LIMIT 1 FOR KEY SHARE",
    };
    // Waits for whoever seals with one of them.
    LOCK_KEYS_BUT = {
        sqlite: "SELECT id FROM tenant_key WHERE tenant_id = $1 AND id <> $2 ORDER BY id",
        postgres: "SELECT id FROM tenant_key WHERE tenant_id = $1 AND id <> $2 ORDER BY id FOR UPDATE",
    };
    DELETE_KEYS_BUT = "DELETE FROM tenant_key WHERE tenant_id = $1 AND id <> $2";
    WITH_OLD_KEYS = "SELECT k.tenant_id FROM tenant_key AS k JOIN tenant AS t ON t.id = k.tenant_id
        WHERE t.status <> 'deleting' AND k.tenant_id > $2
        GROUP BY k.tenant_id HAVING count(*) > 1 OR max(k.created_at) < $1 ORDER BY k.tenant_id LIMIT $3";
    KEYS_UNDER_OTHER_MASTER = "SELECT tenant_id, id FROM tenant_key WHERE master_key_id <> $1 ORDER BY tenant_id, id LIMIT $2";
    MASTER_KEYS_IN_USE = "SELECT DISTINCT master_key_id FROM tenant_key ORDER BY master_key_id";
    KEY_UNDER_MASTER = "SELECT tenant_id, id, master_key_id, wrapped, created_at FROM tenant_key WHERE master_key_id = $1
        ORDER BY tenant_id, id LIMIT 1";
    REWRAP = "UPDATE tenant_key SET master_key_id = $3, wrapped = $4 WHERE tenant_id = $1 AND id = $2";
}

pub async fn insert(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<()> {
    execute!(conn, INSERT; tenant.id, &tenant.name, tenant.status, tenant.auto_handback_ms,
        &tenant.time_zone, tenant.read_receipts, tenant.created_at)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<Tenant>> {
    fetch!(optional, conn, GET => Tenant; id)
}

/// `None`: there is no such tenant.
pub async fn model_policy(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<ModelPolicy>> {
    fetch!(optional, conn, MODEL_POLICY => ModelPolicy; id)
}

/// Says that its servers have changed, so that nobody keeps asking those of before.
pub async fn touch_models(conn: &mut Conn<'_>, id: TenantId) -> Result<()> {
    expect_rows("tenant", 1, execute!(conn, TOUCH_MODELS; id)?)
}

/// What models may use on one day of the business.
pub async fn set_budget(
    conn: &mut Conn<'_>,
    id: TenantId,
    tokens: Option<i64>,
    cost_micros: Option<i64>,
) -> Result<()> {
    expect_rows("tenant", 1, execute!(conn, SET_BUDGET; id, tokens, cost_micros)?)
}

/// Makes the caller the only one who changes who works for the tenant until the transaction ends.
pub async fn lock(conn: &mut Conn<'_>, id: TenantId) -> Result<()> {
    let row = fetch!(optional, conn, LOCK => (TenantId,); id)?;
    expect_rows("tenant", 1, u64::from(row.is_some()))
}

/// `None`: it is not suspended.
pub async fn suspension(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<Suspension>> {
    fetch!(optional, conn, SUSPENSION => Suspension; id)
}

/// `false`: there is none, or it is being deleted. Suspended again, the new reason holds.
pub async fn suspend(conn: &mut Conn<'_>, id: TenantId, now: Millis, reason: &str) -> Result<bool> {
    Ok(execute!(conn, SUSPEND; id, now, reason)? == 1)
}

/// `false`: it was not suspended.
pub async fn resume(conn: &mut Conn<'_>, id: TenantId) -> Result<bool> {
    Ok(execute!(conn, RESUME; id)? == 1)
}

/// `false`: there is none, or it is being deleted already.
pub async fn set_deleting(conn: &mut Conn<'_>, id: TenantId) -> Result<bool> {
    Ok(execute!(conn, DELETING; id)? == 1)
}

/// After how long without a person writing the AI takes a conversation back; `None`: never.
pub async fn set_auto_handback(conn: &mut Conn<'_>, id: TenantId, after_ms: Option<i64>) -> Result<()> {
    expect_rows("tenant", 1, execute!(conn, SET_AUTO_HANDBACK; id, after_ms)?)
}

/// `zone`: a name that [`Zone`](crate::Zone) knows.
pub async fn set_time_zone(conn: &mut Conn<'_>, id: TenantId, zone: &str) -> Result<()> {
    expect_rows("tenant", 1, execute!(conn, SET_TIME_ZONE; id, zone)?)
}

/// What customers are shown of what becomes of their messages.
pub async fn set_read_receipts(conn: &mut Conn<'_>, id: TenantId, shown: ReadReceipts) -> Result<()> {
    expect_rows("tenant", 1, execute!(conn, SET_READ_RECEIPTS; id, shown)?)
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

/// All keys of a tenant, the newest first: more than one while they are being rotated.
pub async fn keys(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<KeyRow>> {
    fetch!(all, conn, KEYS => KeyRow; tenant)
}

/// Waits until nobody is sealing with another key than `newest` any more; nobody begins to, who sees `newest`.
pub async fn lock_keys_but(conn: &mut Conn<'_>, tenant: TenantId, newest: Uuid) -> Result<()> {
    fetch!(all, conn, LOCK_KEYS_BUT => (Uuid,); tenant, newest)?;
    Ok(())
}

/// Destroys all other keys than `newest`; how many.
pub async fn delete_keys_but(conn: &mut Conn<'_>, tenant: TenantId, newest: Uuid) -> Result<u64> {
    execute!(conn, DELETE_KEYS_BUT; tenant, newest)
}

/// Tenants that have a key made before `since`, or more than one; `after`: the last of the batch before.
pub async fn with_old_keys(conn: &mut Conn<'_>, since: Millis, after: TenantId, limit: i64) -> Result<Vec<TenantId>> {
    let rows = fetch!(all, conn, WITH_OLD_KEYS => (TenantId,); since, after, limit)?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}

/// The key to seal with. It is not destroyed before the transaction ends.
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
    let row = fetch!(optional, conn, KEY_UNDER_MASTER => (TenantId, Uuid, String, Vec<u8>, Millis); master_key_id)?;
    Ok(row.map(|(tenant, id, master_key_id, wrapped, created_at)| {
        (tenant, KeyRow { id, master_key_id, wrapped, created_at })
    }))
}

/// `false`: the key is gone, with its tenant.
pub async fn rewrap(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    master_key_id: &str,
    wrapped: &[u8],
) -> Result<bool> {
    Ok(execute!(conn, REWRAP; tenant, id, master_key_id, wrapped)? == 1)
}
