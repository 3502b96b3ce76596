//! What turns came to.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId, TurnOutcome,
    clock::first_id,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Row)]
pub struct Turn {
    pub tenant_id: TenantId,
    pub id: Uuid,
    /// `None`: none served the number any more.
    pub bot_id: Option<Uuid>,
    pub number_id: Uuid,
    pub outcome: TurnOutcome,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO turn (tenant_id, id, bot_id, number_id, outcome, prompt_tokens, completion_tokens, cost_micros)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-'), unhex(value->>'bot_id', '-'),
                   unhex(value->>'number_id', '-'), value->>'outcome', value->>'prompt_tokens',
                   value->>'completion_tokens', value->>'cost_micros'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO turn (tenant_id, id, bot_id, number_id, outcome, prompt_tokens, completion_tokens, cost_micros)
                 SELECT tenant_id, id, bot_id, number_id, outcome, prompt_tokens, completion_tokens, cost_micros
                 FROM jsonb_populate_recordset(NULL::turn, $1)",
    };
    // By the index of a bot's answers alone, and no more of it than the limit.
    ANSWERED_SINCE = "SELECT count(*) FROM (SELECT 1 FROM turn WHERE tenant_id = $1 AND bot_id = $2 AND id >= $3
                        AND outcome = 'answered' LIMIT $4) AS answered";
}

pub async fn insert(conn: &mut Conn<'_>, turns: &[Turn]) -> Result<()> {
    if turns.is_empty() {
        return Ok(());
    }
    expect_rows("turn", turns.len() as u64, execute!(conn, INSERT; Json(turns))?)
}

/// How many turns a bot has answered since a moment, counted up to `limit`.
pub async fn answered_since(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    since: Millis,
    limit: i64,
) -> Result<i64> {
    let (count,) = fetch!(one, conn, ANSWERED_SINCE => (i64,); tenant, bot, first_id(since), limit)?;
    Ok(count)
}
