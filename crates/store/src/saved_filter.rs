//! Lists that people have put together: for themselves, or for all of the tenant.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Row)]
pub struct SavedFilter {
    pub tenant_id: TenantId,
    pub id: Uuid,
    /// Whose it is; `None`: everybody's.
    pub person_id: Option<Uuid>,
    pub name: String,
    pub filter: Json<Value>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

statements! {
    INSERT = "INSERT INTO saved_filter (tenant_id, id, person_id, name, filter, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    RENAME = "UPDATE saved_filter SET name = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM saved_filter WHERE tenant_id = $1 AND id = $2";
    GET = "SELECT * FROM saved_filter WHERE tenant_id = $1 AND id = $2";
    SEEN_BY = "SELECT * FROM saved_filter WHERE tenant_id = $1 AND (person_id IS NULL OR person_id = $2) ORDER BY created_at, id";
    COUNT = "SELECT count(*) FROM saved_filter WHERE tenant_id = $1";
}

pub async fn insert(conn: &mut Conn<'_>, filter: &SavedFilter) -> Result<()> {
    execute!(conn, INSERT; filter.tenant_id, filter.id, filter.person_id, &filter.name, &filter.filter,
        filter.created_at, filter.updated_at)?;
    Ok(())
}

pub async fn rename(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, name: &str, now: Millis) -> Result<()> {
    expect_rows("saved_filter", 1, execute!(conn, RENAME; tenant, id, name, now)?)
}

pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<()> {
    expect_rows("saved_filter", 1, execute!(conn, DELETE; tenant, id)?)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<SavedFilter>> {
    fetch!(optional, conn, GET => SavedFilter; tenant, id)
}

/// Everybody's, and a person's own, in the order they were made.
pub async fn seen_by(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid) -> Result<Vec<SavedFilter>> {
    fetch!(all, conn, SEEN_BY => SavedFilter; tenant, person)
}

pub async fn count(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64> {
    let (count,) = fetch!(one, conn, COUNT => (i64,); tenant)?;
    Ok(count)
}
