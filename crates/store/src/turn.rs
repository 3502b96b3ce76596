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
    /// The first message of the answer it came to.
    pub message_id: Option<Uuid>,
}

/// What models took for an answer, as far as they told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct AnswerCost {
    pub message_id: Uuid,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO turn (tenant_id, id, bot_id, number_id, outcome, prompt_tokens, completion_tokens, cost_micros,
                   message_id)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-'), unhex(value->>'bot_id', '-'),
                   unhex(value->>'number_id', '-'), value->>'outcome', value->>'prompt_tokens',
                   value->>'completion_tokens', value->>'cost_micros', unhex(value->>'message_id', '-')
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO turn (tenant_id, id, bot_id, number_id, outcome, prompt_tokens, completion_tokens, cost_micros,
                   message_id)
                 SELECT tenant_id, id, bot_id, number_id, outcome, prompt_tokens, completion_tokens, cost_micros, message_id
                 FROM jsonb_populate_recordset(NULL::turn, $1)",
    };
    // By the index of a bot's answers alone, and no more of it than the limit.
    ANSWERED_SINCE = "SELECT count(*) FROM (SELECT 1 FROM turn WHERE tenant_id = $1 AND bot_id = $2 AND id >= $3
                        AND outcome = 'answered' LIMIT $4) AS answered";
    OF_ANSWERS = {
        sqlite: "SELECT t.message_id, t.prompt_tokens, t.completion_tokens, t.cost_micros FROM jsonb_each($2) AS x
                 JOIN turn AS t ON t.tenant_id = $1 AND t.message_id = unhex(x.value, '-')",
        postgres: "SELECT t.message_id, t.prompt_tokens, t.completion_tokens, t.cost_micros
                 FROM jsonb_array_elements_text($2) AS x (id) JOIN turn AS t ON t.tenant_id = $1 AND t.message_id = x.id::uuid",
    };
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

/// What each of these answers took; those that nobody counted are left out.
pub async fn of_answers(conn: &mut Conn<'_>, tenant: TenantId, messages: &[Uuid]) -> Result<Vec<AnswerCost>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, OF_ANSWERS => AnswerCost; tenant, Json(messages))
}
