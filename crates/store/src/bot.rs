//! Bots.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Ability, Conn, Json, Millis, Result, TenantId, Tone,
    db::{Row, execute, expect_rows, fetch, statements},
    preparation,
};

/// Changes seldom come alone: what they make of a bot's knowledge is made ready together.
const SETTLED: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, PartialEq, Eq, Row)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
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
    pub tone: Tone,
    /// When people are there; `None`: no hours are kept.
    pub hours: Option<Json<Hours>>,
    pub hands_over_when_closed: bool,
    pub closed_message: Option<String>,
    pub answers_per_customer: Option<i64>,
    pub answers_per_day: Option<i64>,
    pub handoff_keywords: Json<Vec<String>>,
    pub handoff_confidence: Option<i64>,
    pub handoff_repeats: Option<i64>,
    pub hands_over_when_angry: bool,
    /// What it may use on one day of the business; `None`: as much as it takes.
    pub tokens_per_day: Option<i64>,
    /// In millionths of a dollar.
    pub cost_per_day: Option<i64>,
    /// What it may do besides answering.
    pub abilities: Json<Vec<Ability>>,
    /// Whether models are shown the pictures of customers.
    pub sees_pictures: bool,
    /// Before its first answer to somebody; `None`: the model greets as it likes.
    pub greeting: Option<String>,
    /// People answer in conversations that carry one of these.
    pub handoff_labels: Json<Vec<Uuid>>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// When people are there, on the clocks of the tenant's time zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// As many a day as there are.
    pub periods: Vec<Period>,
    /// Days on which nobody is there, such as `2026-12-25`.
    #[serde(default)]
    pub holidays: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// 1: Monday; 7: Sunday.
    pub day: u8,
    /// Such as `09:00`.
    pub from: String,
    /// Such as `18:30`; before `from`: on the next day.
    pub to: String,
}

statements! {
    INSERT = "INSERT INTO bot (tenant_id, id, name, enabled, instructions, language, reply_delay_ms, max_wait_ms, model,
                handoff_message, tone, hours, hands_over_when_closed, closed_message, answers_per_customer, answers_per_day,
                handoff_keywords, handoff_confidence, handoff_repeats, tokens_per_day, cost_per_day, abilities, sees_pictures,
                greeting, handoff_labels, hands_over_when_angry, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                $24, $25, $26, $27, $28)";
    UPDATE = "UPDATE bot SET name = $3, enabled = $4, instructions = $5, language = $6, reply_delay_ms = $7, max_wait_ms = $8,
                model = $9, handoff_message = $10, tone = $11, hours = $12, hands_over_when_closed = $13, closed_message = $14,
                answers_per_customer = $15, answers_per_day = $16, handoff_keywords = $17, handoff_confidence = $18,
                handoff_repeats = $19, tokens_per_day = $20, cost_per_day = $21, abilities = $22, sees_pictures = $23,
                greeting = $24, handoff_labels = $25, hands_over_when_angry = $26, updated_at = $27
              WHERE tenant_id = $1 AND id = $2";
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
        bot.reply_delay_ms, bot.max_wait_ms, bot.model.as_deref(), bot.handoff_message.as_deref(), bot.tone,
        bot.hours.as_ref(), bot.hands_over_when_closed, bot.closed_message.as_deref(), bot.answers_per_customer,
        bot.answers_per_day, &bot.handoff_keywords, bot.handoff_confidence, bot.handoff_repeats,
        bot.tokens_per_day, bot.cost_per_day, &bot.abilities, bot.sees_pictures, bot.greeting.as_deref(),
        &bot.handoff_labels, bot.hands_over_when_angry, bot.created_at, bot.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, bot: &Bot) -> Result<()> {
    let rows = execute!(conn, UPDATE; bot.tenant_id, bot.id, &bot.name, bot.enabled, &bot.instructions, &bot.language,
        bot.reply_delay_ms, bot.max_wait_ms, bot.model.as_deref(), bot.handoff_message.as_deref(), bot.tone,
        bot.hours.as_ref(), bot.hands_over_when_closed, bot.closed_message.as_deref(), bot.answers_per_customer,
        bot.answers_per_day, &bot.handoff_keywords, bot.handoff_confidence, bot.handoff_repeats,
        bot.tokens_per_day, bot.cost_per_day, &bot.abilities, bot.sees_pictures, bot.greeting.as_deref(),
        &bot.handoff_labels, bot.hands_over_when_angry, bot.updated_at)?;
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

/// Says that a bot's knowledge has changed, so that indexes built from it are built again, and what is new is made ready.
pub async fn touch_knowledge(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("bot", 1, execute!(conn, TOUCH_KNOWLEDGE; tenant, id, now)?)?;
    preparation::ask(conn, tenant, id, now + SETTLED).await
}
