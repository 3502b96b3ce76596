//! What a bot knows.

use uuid::Uuid;

use crate::{
    Conn, KnowledgeKind, Millis, PageProblem, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Knowledge {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    pub kind: KnowledgeKind,
    pub title: String,
    pub content: String,
    /// The name of a file, the address of a page.
    pub source: Option<String>,
    /// Of a page: why it could not be read when that was last tried.
    pub problem: Option<PageProblem>,
    /// Of a page: when it was last read.
    pub read_at: Option<Millis>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

statements! {
    INSERT = "INSERT INTO knowledge (tenant_id, id, bot_id, kind, title, content, source, problem, read_at, created_at,
                updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE = "UPDATE knowledge SET title = $4, content = $5, problem = $6, read_at = $7, updated_at = $8
              WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    DELETE = "DELETE FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    GET = "SELECT * FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    LIST = "SELECT * FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND id > $3 ORDER BY id LIMIT $4";
    ALL = "SELECT * FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 ORDER BY id";
    COUNT = "SELECT count(*) FROM knowledge WHERE tenant_id = $1 AND bot_id = $2";
}

pub async fn insert(conn: &mut Conn<'_>, item: &Knowledge) -> Result<()> {
    execute!(conn, INSERT; item.tenant_id, item.id, item.bot_id, item.kind, &item.title, &item.content,
        item.source.as_deref(), item.problem, item.read_at, item.created_at, item.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, item: &Knowledge) -> Result<()> {
    let rows = execute!(conn, UPDATE; item.tenant_id, item.bot_id, item.id, &item.title, &item.content, item.problem, item.read_at,
            item.updated_at)?;
    expect_rows("knowledge", 1, rows)
}

/// `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; tenant, bot, id)? == 1)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<Knowledge>> {
    fetch!(optional, conn, GET => Knowledge; tenant, bot, id)
}

/// A page of a bot's knowledge in the order it was added; `after` is the last id of the page before.
pub async fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Knowledge>> {
    fetch!(all, conn, LIST => Knowledge; tenant, bot, after.unwrap_or(Uuid::nil()), limit)
}

/// All that a bot knows, to build its index from.
pub async fn all(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<Knowledge>> {
    fetch!(all, conn, ALL => Knowledge; tenant, bot)
}

pub async fn count(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<i64> {
    let (count,) = fetch!(one, conn, COUNT => (i64,); tenant, bot)?;
    Ok(count)
}
