//! Bots.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Bot {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub name: String,
    pub enabled: bool,
    pub instructions: String,
    pub language: String,
    pub reply_delay_ms: i64,
    pub max_wait_ms: i64,
    pub model: Option<String>,
    pub handoff_message: Option<String>,
    pub knowledge_version: i64,
    pub created_at: Millis,
    pub updated_at: Millis,
}

statements! {
    INSERT = "INSERT INTO bot (tenant_id, id, name, enabled, instructions, language, reply_delay_ms, max_wait_ms, model,
                handoff_message, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    UPDATE = "UPDATE bot SET name = $3, enabled = $4, instructions = $5, language = $6, reply_delay_ms = $7, max_wait_ms = $8,
                model = $9, handoff_message = $10, updated_at = $11 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM bot WHERE tenant_id = $1 AND id = $2";
    GET = "SELECT * FROM bot WHERE tenant_id = $1 AND id = $2";
    OF_NUMBER = "SELECT b.* FROM number AS n JOIN bot AS b ON b.tenant_id = n.tenant_id AND b.id = n.bot_id
                 WHERE n.tenant_id = $1 AND n.id = $2";
    LIST = "SELECT * FROM bot WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    NUMBERS = "SELECT count(*) FROM number WHERE tenant_id = $1 AND bot_id = $2";
    TOUCH_KNOWLEDGE = "UPDATE bot SET knowledge_version = knowledge_version + 1, updated_at = $3 WHERE tenant_id = $1 AND id = $2";
}

pub async fn insert(conn: &mut Conn<'_>, bot: &Bot) -> Result<()> {
    execute!(conn, INSERT; bot.tenant_id, bot.id, &bot.name, bot.enabled, &bot.instructions, &bot.language,
        bot.reply_delay_ms, bot.max_wait_ms, bot.model.as_deref(), bot.handoff_message.as_deref(), bot.created_at, bot.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, bot: &Bot) -> Result<()> {
    let rows = execute!(conn, UPDATE; bot.tenant_id, bot.id, &bot.name, bot.enabled, &bot.instructions, &bot.language,
        bot.reply_delay_ms, bot.max_wait_ms, bot.model.as_deref(), bot.handoff_message.as_deref(), bot.updated_at)?;
    expect_rows("bot", 1, rows)
}

/// Deletes a bot and what it knows. Numbers must not be served by it any more.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<()> {
    expect_rows("bot", 1, execute!(conn, DELETE; tenant, id)?)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Bot>> {
    fetch!(optional, conn, GET => Bot; tenant, id)
}

/// The bot that serves a number.
pub async fn of_number(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid) -> Result<Option<Bot>> {
    fetch!(optional, conn, OF_NUMBER => Bot; tenant, number)
}

/// A page of bots in the order they were made; `after` is the last id of the page before.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, after: Option<Uuid>, limit: i64) -> Result<Vec<Bot>> {
    fetch!(all, conn, LIST => Bot; tenant, after.unwrap_or(Uuid::nil()), limit)
}

/// How many numbers a bot serves.
pub async fn numbers(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<i64> {
    let (count,) = fetch!(one, conn, NUMBERS => (i64,); tenant, id)?;
    Ok(count)
}

/// Says that a bot's knowledge has changed, so that indexes built from it are built again.
pub async fn touch_knowledge(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("bot", 1, execute!(conn, TOUCH_KNOWLEDGE; tenant, id, now)?)
}
