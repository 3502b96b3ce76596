//! What platform admins did. It outlives the tenants it tells of, and knows no more of them than id and name.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Row)]
pub struct PlatformEntry {
    pub id: Uuid,
    pub at: Millis,
    /// `None`: Switchboard itself.
    pub person_id: Option<Uuid>,
    pub person_name: String,
    /// `subject.verb`, such as `tenant.suspended`.
    pub action: String,
    pub about_tenant: Option<TenantId>,
    pub about_name: Option<String>,
    /// Never a secret, and nothing of what the tenant has.
    pub detail: Json<Value>,
}

statements! {
    INSERT = "INSERT INTO platform_audit (id, at, person_id, person_name, action, about_tenant, about_name, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST = "SELECT id, at, person_id, person_name, action, about_tenant, about_name, detail FROM platform_audit
        WHERE (about_tenant = $1 OR $1 IS NULL) AND id < $2 ORDER BY id DESC LIMIT $3";
}

pub async fn insert(conn: &mut Conn<'_>, entry: &PlatformEntry) -> Result<()> {
    execute!(conn, INSERT; entry.id, entry.at, entry.person_id, &entry.person_name, &entry.action, entry.about_tenant,
        entry.about_name.as_deref(), &entry.detail)?;
    Ok(())
}

/// Newest first; `about: None`: all; `before`: the last id of the page before.
pub async fn list(
    conn: &mut Conn<'_>,
    about: Option<TenantId>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<PlatformEntry>> {
    fetch!(all, conn, LIST => PlatformEntry; about, before.unwrap_or(Uuid::max()), limit)
}
