//! What an item said until it was changed: each change leaves the text of before as a version, so that one sees who wrote
//! what, and may take it up again.

use switchboard_store::{Conn, KnowledgeKind, Millis, Result, TenantId, bot, knowledge, knowledge_version};
use uuid::Uuid;

use super::{Item, Knowledge, KnowledgeError, Writer, locked, write};

pub use switchboard_store::knowledge_version::{FullVersion, Version};

/// Versions of one item, at most.
const MOST_VERSIONS: i64 = 20;
/// Characters of them together, at most: two of the longest that there can be, so the newest is always among what is kept.
const MOST_CHARACTERS: i64 = 2_000_000;

/// Stores what an item says now, by whom; what it said until then is kept. The item is locked.
pub(crate) async fn revise(conn: &mut Conn<'_>, writer: Writer, now: Knowledge) -> Result<()> {
    let (tenant, id) = (now.tenant_id, now.id);
    knowledge_version::keep(conn, tenant, id).await?;
    knowledge_version::forget(conn, tenant, id, MOST_VERSIONS, MOST_CHARACTERS).await?;
    let now = Knowledge { version: now.version + 1, actor: Some(writer.actor), actor_id: writer.id, ..now };
    knowledge::update(conn, &now).await?;
    bot::touch_knowledge(conn, tenant, now.bot_id, now.updated_at).await
}

/// The newest first; `before`: the last number of the page before.
pub async fn versions(
    conn: &mut Conn<'_>,
    (tenant, bot, id): (TenantId, Uuid, Uuid),
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Version>, KnowledgeError> {
    knowledge::get(conn, tenant, bot, id).await?.ok_or(KnowledgeError::NotFound)?;
    Ok(knowledge_version::list(conn, tenant, id, before, limit).await?)
}

pub async fn version(
    conn: &mut Conn<'_>,
    (tenant, bot, id): (TenantId, Uuid, Uuid),
    number: i64,
) -> Result<FullVersion, KnowledgeError> {
    knowledge::get(conn, tenant, bot, id).await?.ok_or(KnowledgeError::NotFound)?;
    knowledge_version::get(conn, tenant, id, number).await?.ok_or(KnowledgeError::NotFound)
}

/// Has an item say once more what it said then. What it says until now is kept like at any change.
pub async fn restore(
    conn: &mut Conn<'_>,
    now: Millis,
    writer: Writer,
    (tenant, bot, id): (TenantId, Uuid, Uuid),
    number: i64,
) -> Result<(), KnowledgeError> {
    let stored = locked(conn, tenant, bot, id).await?;
    let then = knowledge_version::get(conn, tenant, id, number).await?.ok_or(KnowledgeError::NotFound)?;
    if matches!(stored.kind, KnowledgeKind::Page | KnowledgeKind::Site) {
        return Err(KnowledgeError::FromTheWeb);
    }
    let item = Item { title: then.version.title, content: then.content };
    write(conn, now, writer, None, stored, item).await
}
