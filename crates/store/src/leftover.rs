//! What Meta sent and nobody could handle: kept whole, shown, replayed on demand.

use uuid::Uuid;

use crate::{
    Conn, LeftoverReason, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Leftover {
    pub id: Uuid,
    /// `None`: no tenant has the number or account it names.
    pub tenant_id: Option<TenantId>,
    /// Meta's id of the number or account it names.
    pub concerns: Option<String>,
    pub reason: LeftoverReason,
    pub detail: String,
    /// A delivery that holds this one item.
    pub body: Vec<u8>,
    pub received_at: Millis,
    pub created_at: Millis,
    pub replayed_at: Option<Millis>,
}

statements! {
    INSERT = "INSERT INTO webhook_leftover (id, tenant_id, concerns, reason, detail, body, received_at, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST = "SELECT id, tenant_id, concerns, reason, detail, body, received_at, created_at, replayed_at FROM webhook_leftover
            WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    GET = "SELECT id, tenant_id, concerns, reason, detail, body, received_at, created_at, replayed_at FROM webhook_leftover
           WHERE tenant_id = $1 AND id = $2";
    REPLAYED = "UPDATE webhook_leftover SET replayed_at = $3 WHERE tenant_id = $1 AND id = $2";
    UNCLAIMED = "SELECT id, tenant_id, concerns, reason, detail, body, received_at, created_at, replayed_at FROM webhook_leftover
                 WHERE tenant_id IS NULL AND id < $1 ORDER BY id DESC LIMIT $2";
    OF_ACCOUNT = "SELECT id, tenant_id, concerns, reason, detail, body, received_at, created_at, replayed_at FROM webhook_leftover
                  WHERE tenant_id IS NULL AND concerns = $1 AND received_at >= $2 ORDER BY id DESC LIMIT $3";
    CLAIM = "UPDATE webhook_leftover SET tenant_id = $1 WHERE tenant_id IS NULL AND concerns = $2";
}

pub async fn insert(conn: &mut Conn<'_>, leftover: &Leftover) -> Result<()> {
    execute!(conn, INSERT; leftover.id, leftover.tenant_id, leftover.concerns.as_deref(), leftover.reason, &leftover.detail, &leftover.body,
        leftover.received_at, leftover.created_at)?;
    Ok(())
}

/// A page of a tenant's leftovers, the newest first; `before` is the last id of the page before.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, before: Option<Uuid>, limit: i64) -> Result<Vec<Leftover>> {
    fetch!(all, conn, LIST => Leftover; tenant, before.unwrap_or(Uuid::max()), limit)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Leftover>> {
    fetch!(optional, conn, GET => Leftover; tenant, id)
}

pub async fn mark_replayed(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("webhook_leftover", 1, execute!(conn, REPLAYED; tenant, id, now)?)
}

/// A page of what belongs to no tenant, the newest first. Needs [`Scope::System`](crate::Scope::System).
pub async fn unclaimed(conn: &mut Conn<'_>, before: Option<Uuid>, limit: i64) -> Result<Vec<Leftover>> {
    fetch!(all, conn, UNCLAIMED => Leftover; before.unwrap_or(Uuid::max()), limit)
}

/// What was kept for a number or account that nobody has, since then, the newest first. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn unclaimed_of(conn: &mut Conn<'_>, concerns: &str, since: Millis, limit: i64) -> Result<Vec<Leftover>> {
    fetch!(all, conn, OF_ACCOUNT => Leftover; concerns, since, limit)
}

/// Gives a tenant what was kept for a number or account before anybody had it; how much that was. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn claim(conn: &mut Conn<'_>, tenant: TenantId, concerns: &str) -> Result<u64> {
    execute!(conn, CLAIM; tenant, concerns)
}
