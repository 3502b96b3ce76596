//! Answers a tenant's people give again and again.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct CannedReply {
    pub tenant_id: TenantId,
    pub id: Uuid,
    /// What is typed to get it, without the slash.
    pub shortcut: String,
    pub title: String,
    pub text: String,
    pub created_at: Millis,
    pub updated_at: Millis,
}

statements! {
    INSERT = "INSERT INTO canned_reply (tenant_id, id, shortcut, title, text, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE = "UPDATE canned_reply SET shortcut = $3, title = $4, text = $5, updated_at = $6 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM canned_reply WHERE tenant_id = $1 AND id = $2";
    GET = "SELECT * FROM canned_reply WHERE tenant_id = $1 AND id = $2";
    ALL = "SELECT * FROM canned_reply WHERE tenant_id = $1 ORDER BY shortcut";
}

pub async fn insert(conn: &mut Conn<'_>, reply: &CannedReply) -> Result<()> {
    execute!(conn, INSERT; reply.tenant_id, reply.id, &reply.shortcut, &reply.title, &reply.text, reply.created_at,
        reply.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, reply: &CannedReply) -> Result<()> {
    let rows = execute!(conn, UPDATE; reply.tenant_id, reply.id, &reply.shortcut, &reply.title, &reply.text,
        reply.updated_at)?;
    expect_rows("canned_reply", 1, rows)
}

/// `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; tenant, id)? == 1)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<CannedReply>> {
    fetch!(optional, conn, GET => CannedReply; tenant, id)
}

/// All of a tenant, by shortcut. There are not many.
pub async fn all(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<CannedReply>> {
    fetch!(all, conn, ALL => CannedReply; tenant)
}
