//! What items of the knowledge said until they were changed. What they say now is in [`knowledge`](crate::knowledge).

use uuid::Uuid;

use crate::{
    Actor, Conn, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

/// An earlier text of an item, without most of it.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Version {
    /// Which text of the item it was, from 1.
    pub number: i64,
    pub title: String,
    pub beginning: String,
    /// How many the whole has, without the title.
    pub characters: i64,
    /// Who wrote it; `None`: from before that was written down.
    pub actor: Option<Actor>,
    /// The person or the API key.
    pub actor_id: Option<Uuid>,
    pub written_at: Millis,
}

/// An earlier text of an item.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct FullVersion {
    #[row(flatten)]
    pub version: Version,
    pub content: String,
}

statements! {
    KEEP = "INSERT INTO knowledge_version (tenant_id, item_id, number, title, content, characters, actor, actor_id, written_at)
            SELECT tenant_id, id, version, title, content, length(content), actor, actor_id, updated_at
            FROM knowledge WHERE tenant_id = $1 AND id = $2";
    FORGET = "DELETE FROM knowledge_version WHERE tenant_id = $1 AND item_id = $2 AND number IN (
                SELECT number FROM (
                  SELECT number, row_number() OVER (ORDER BY number DESC) AS place,
                    CAST(sum(characters) OVER (ORDER BY number DESC) AS BIGINT) AS together
                  FROM knowledge_version WHERE tenant_id = $1 AND item_id = $2
                ) AS v WHERE place > $3 OR together > $4)";
    LIST = "SELECT number, title, substr(content, 1, 200) AS beginning, characters, actor, actor_id, written_at
            FROM knowledge_version WHERE tenant_id = $1 AND item_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4";
    GET = "SELECT number, title, substr(content, 1, 200) AS beginning, characters, actor, actor_id, written_at, content
           FROM knowledge_version WHERE tenant_id = $1 AND item_id = $2 AND number = $3";
}

/// Keeps what an item says, before it is changed.
pub async fn keep(conn: &mut Conn<'_>, tenant: TenantId, item: Uuid) -> Result<()> {
    let rows = execute!(conn, KEEP; tenant, item)?;
    expect_rows("knowledge_version", 1, rows)
}

/// Forgets all but the newest `most`, and of these what is beyond so many `characters` together.
pub async fn forget(conn: &mut Conn<'_>, tenant: TenantId, item: Uuid, most: i64, characters: i64) -> Result<()> {
    execute!(conn, FORGET; tenant, item, most, characters)?;
    Ok(())
}

/// The newest first; `before`: the last number of the page before.
pub async fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    item: Uuid,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Version>> {
    fetch!(all, conn, LIST => Version; tenant, item, before.unwrap_or(i64::MAX), limit)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, item: Uuid, number: i64) -> Result<Option<FullVersion>> {
    fetch!(optional, conn, GET => FullVersion; tenant, item, number)
}
