//! What was asked of models, by days of the business.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Purpose, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct ModelUse {
    pub tenant_id: TenantId,
    /// Such as `2026-11-26`.
    pub day: String,
    /// Zero: for no bot.
    pub bot_id: Uuid,
    pub purpose: Purpose,
    pub model: String,
    pub calls: i64,
    pub failures: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
    /// In millionths of a dollar; `None`: nobody tells.
    pub cost_micros: Option<i64>,
}

/// What has been used on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Row)]
pub struct Spending {
    /// Read and written.
    pub tokens: i64,
    /// In millionths of a dollar.
    pub cost_micros: i64,
}

/// A column and what is added to it. It ends at a million times a billion, of which thousands still have a sum: one that
/// cannot be added to would keep everybody's from being counted.
macro_rules! sum {
    ($column:literal) => {
        concat!(
            "CASE WHEN model_use.",
            $column,
            " > 1000000000000000 - excluded.",
            $column,
            " THEN 1000000000000000 ELSE model_use.",
            $column,
            " + excluded.",
            $column,
            " END"
        )
    };
}

/// What is added where something was counted already.
macro_rules! added {
    () => {
        concat!(
            " ON CONFLICT (tenant_id, day, bot_id, purpose, model) DO UPDATE SET calls = ",
            sum!("calls"),
            ", failures = ",
            sum!("failures"),
            ", prompt_tokens = ",
            sum!("prompt_tokens"),
            ", completion_tokens = ",
            sum!("completion_tokens"),
            ", cost_micros = COALESCE(",
            sum!("cost_micros"),
            ", excluded.cost_micros, model_use.cost_micros)"
        )
    };
}

statements! {
    // What a tenant that is being deleted has used is not counted any more, and keeps nobody else's from being counted.
    ADD = {
        sqlite: concat!("INSERT INTO model_use (tenant_id, day, bot_id, purpose, model, calls, failures, prompt_tokens,
                   completion_tokens, cost_micros)
                 SELECT unhex(value->>'tenant_id', '-'), value->>'day', unhex(value->>'bot_id', '-'), value->>'purpose',
                   value->>'model', value->>'calls', value->>'failures', value->>'prompt_tokens',
                   value->>'completion_tokens', value->>'cost_micros'
                 FROM jsonb_each($1)
                 WHERE EXISTS (SELECT 1 FROM tenant WHERE id = unhex(value->>'tenant_id', '-') AND status <> 'deleting')", added!()),
        postgres: concat!("INSERT INTO model_use (tenant_id, day, bot_id, purpose, model, calls, failures, prompt_tokens,
                   completion_tokens, cost_micros)
                 SELECT tenant_id, day, bot_id, purpose, model, calls, failures, prompt_tokens, completion_tokens, cost_micros
                 FROM jsonb_populate_recordset(NULL::model_use, $1) AS used
                 WHERE EXISTS (SELECT 1 FROM tenant WHERE id = used.tenant_id AND status <> 'deleting')", added!()),
    };
    SPENT = "SELECT CAST(COALESCE(sum(prompt_tokens + completion_tokens), 0) AS BIGINT) AS tokens,
               CAST(COALESCE(sum(cost_micros), 0) AS BIGINT) AS cost_micros
             FROM model_use WHERE tenant_id = $1 AND day = $2";
    SPENT_BY = "SELECT CAST(COALESCE(sum(prompt_tokens + completion_tokens), 0) AS BIGINT) AS tokens,
                  CAST(COALESCE(sum(cost_micros), 0) AS BIGINT) AS cost_micros
                FROM model_use WHERE tenant_id = $1 AND day = $2 AND bot_id = $3";
    SINCE = "SELECT * FROM model_use WHERE tenant_id = $1 AND day >= $2 ORDER BY day DESC, bot_id, purpose, model LIMIT $3";
}

/// Adds to what was counted; no two of `used` have the same key.
pub async fn add(conn: &mut Conn<'_>, used: &[ModelUse]) -> Result<()> {
    if used.is_empty() {
        return Ok(());
    }
    execute!(conn, ADD; Json(used))?;
    Ok(())
}

/// What a tenant has used on a day.
pub async fn spent(conn: &mut Conn<'_>, tenant: TenantId, day: &str) -> Result<Spending> {
    fetch!(one, conn, SPENT => Spending; tenant, day)
}

/// What one of its bots has.
pub async fn spent_by(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, day: &str) -> Result<Spending> {
    fetch!(one, conn, SPENT_BY => Spending; tenant, day, bot)
}

/// From a day on, the newest first.
pub async fn since(conn: &mut Conn<'_>, tenant: TenantId, day: &str, limit: i64) -> Result<Vec<ModelUse>> {
    fetch!(all, conn, SINCE => ModelUse; tenant, day, limit)
}
