//! Who did what in a tenant, and when. Rows are added and read, never changed.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    Actor, Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Row)]
pub struct AuditEntry {
    pub id: Uuid,
    pub at: Millis,
    pub actor: Actor,
    /// The person or the API key; `None` for [`Actor::System`].
    pub actor_id: Option<Uuid>,
    /// `subject.verb`, such as `api_key.created`.
    pub action: String,
    /// What it was done to: an id, mostly.
    pub target: Option<String>,
    /// Never a secret.
    pub detail: Json<Value>,
}

statements! {
    INSERT = "INSERT INTO audit (tenant_id, id, at, actor, actor_id, action, target, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    // A parameter that may be NULL is compared first: PostgreSQL takes its type from there.
    LIST = "SELECT id, at, actor, actor_id, action, target, detail
        FROM audit
        WHERE tenant_id = $1 AND id < $2 AND (action = $3 OR action LIKE $4 OR $3 IS NULL)
          AND (actor_id = $5 OR $5 IS NULL) AND at >= $6 AND at < $7
        ORDER BY id DESC LIMIT $8";
}

pub async fn insert(conn: &mut Conn<'_>, tenant: TenantId, entry: &AuditEntry) -> Result<()> {
    execute!(conn, INSERT; tenant, entry.id, entry.at, entry.actor, entry.actor_id, &entry.action, entry.target.as_deref(), &entry.detail)?;
    Ok(())
}

/// Which entries. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A person or an API key.
    pub actor_id: Option<Uuid>,
    /// `subject.verb`, or `subject` for all that was done to such.
    pub action: Option<String>,
    /// Not before.
    pub from: Option<Millis>,
    /// Before.
    pub to: Option<Millis>,
}

/// Newest first; `before`: the last id of the page before.
pub async fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &Filter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    let action = filter.action.as_deref();
    let of_subject = action.map(|action| format!("{action}.%"));
    let (from, to) = (filter.from.unwrap_or(Millis(i64::MIN)), filter.to.unwrap_or(Millis(i64::MAX)));
    fetch!(all, conn, LIST => AuditEntry; tenant, before.unwrap_or(Uuid::max()), action, of_subject.as_deref(),
        filter.actor_id, from, to, limit)
}
