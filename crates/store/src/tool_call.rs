//! What bots did with their tools.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId, ToolCallState,
    conversation::ConversationKey,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Serialize, Row)]
pub struct ToolCall {
    pub tenant_id: TenantId,
    /// Also the key by which the other side can tell a repetition.
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub bot_id: Uuid,
    /// `None`: an ability of every bot.
    pub tool_id: Option<Uuid>,
    /// By which the model called it.
    pub name: String,
    /// The newest message of the customer that the bot had seen.
    pub seq: i64,
    pub arguments: Json<Value>,
    pub state: ToolCallState,
    /// What the model read of it.
    pub result: Option<String>,
    /// HTTP's.
    pub status: Option<i64>,
    pub took_ms: Option<i64>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// A call in a trial, where nothing is changed: it is kept with what came of the trial, and belongs to no conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub name: String,
    pub arguments: Value,
    pub state: MadeState,
    /// What the model read of it.
    pub result: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeState {
    Done,
    Failed,
    /// The customer would be asked.
    Asked,
    /// It changes something, and this is a trial.
    LeftOut,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO tool_call (tenant_id, id, conversation_id, bot_id, tool_id, name, seq, arguments, state, result,
                   status, took_ms, created_at, updated_at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-'), unhex(value->>'conversation_id', '-'),
                   unhex(value->>'bot_id', '-'), unhex(value->>'tool_id', '-'), value->>'name', value->>'seq',
                   value->'arguments', value->>'state', value->>'result', value->>'status', value->>'took_ms',
                   value->>'created_at', value->>'updated_at'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO tool_call (tenant_id, id, conversation_id, bot_id, tool_id, name, seq, arguments, state, result,
                   status, took_ms, created_at, updated_at)
                 SELECT tenant_id, id, conversation_id, bot_id, tool_id, name, seq, arguments, state, result,
                   status, took_ms, created_at, updated_at
                 FROM jsonb_populate_recordset(NULL::tool_call, $1)",
    };
    // Where it stands is left alone: its conversation may have become part of another meanwhile.
    UPDATE = "UPDATE tool_call SET state = $3, result = $4, status = $5, took_ms = $6, updated_at = $7
              WHERE tenant_id = $1 AND id = $2 RETURNING *";
    RUN_AGREED = "UPDATE tool_call SET seq = $3, state = 'running', updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    DECLINE_WAITING = "UPDATE tool_call SET state = 'declined', result = $3, updated_at = $4
                       WHERE tenant_id = $1 AND conversation_id = $2 AND state = 'waiting' RETURNING *";
    // Of a tenant that is being deleted nothing is told any more.
    GIVE_UP = "UPDATE tool_call SET state = 'unknown', updated_at = $2 WHERE state = 'running' AND updated_at < $1
               AND EXISTS (SELECT 1 FROM tenant AS t WHERE t.id = tool_call.tenant_id AND t.status <> 'deleting')
               RETURNING *";
    SINCE = "SELECT * FROM tool_call WHERE tenant_id = $1 AND conversation_id = $2 AND seq >= $3 ORDER BY id";
    BEFORE = "SELECT * FROM tool_call WHERE tenant_id = $1 AND conversation_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    MOVE = "UPDATE tool_call SET conversation_id = $3, seq = seq + $4 WHERE tenant_id = $1 AND conversation_id = $2";
}

pub async fn insert(conn: &mut Conn<'_>, calls: &[ToolCall]) -> Result<()> {
    if calls.is_empty() {
        return Ok(());
    }
    expect_rows("tool_call", calls.len() as u64, execute!(conn, INSERT; Json(calls))?)
}

/// Stores what has become of a call; the call as it is now.
pub async fn update(conn: &mut Conn<'_>, call: &ToolCall) -> Result<ToolCall> {
    fetch!(one, conn, UPDATE => ToolCall; call.tenant_id, call.id, call.state, call.result.as_deref(), call.status,
        call.took_ms, call.updated_at)
}

/// The customer has agreed with the message `call.seq`: it runs.
pub async fn run_agreed(conn: &mut Conn<'_>, call: &ToolCall) -> Result<()> {
    let rows = execute!(conn, RUN_AGREED; call.tenant_id, call.id, call.seq, call.updated_at)?;
    expect_rows("tool_call", 1, rows)
}

/// Nothing will be known of what has been running since before `before`; what has.
pub async fn give_up(conn: &mut Conn<'_>, before: Millis, now: Millis) -> Result<Vec<ToolCall>> {
    fetch!(all, conn, GIVE_UP => ToolCall; before, now)
}

/// What waits for the customer of a conversation waits no longer; what did. `result`: why.
pub async fn decline_waiting(
    conn: &mut Conn<'_>,
    key: ConversationKey,
    result: &str,
    now: Millis,
) -> Result<Vec<ToolCall>> {
    fetch!(all, conn, DECLINE_WAITING => ToolCall; key.tenant_id, key.id, result, now)
}

/// Those made from a message of the customer on, the oldest first.
pub async fn since(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid, seq: i64) -> Result<Vec<ToolCall>> {
    fetch!(all, conn, SINCE => ToolCall; tenant, conversation, seq)
}

/// Those made before one, the newest first; `None`: from the end.
pub async fn before(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    conversation: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ToolCall>> {
    fetch!(all, conn, BEFORE => ToolCall; tenant, conversation, before.unwrap_or(Uuid::max()), limit)
}

/// Conversations become one, in which the messages of this one stand `offset` later.
pub async fn move_all(conn: &mut Conn<'_>, tenant: TenantId, from: Uuid, to: Uuid, offset: i64) -> Result<()> {
    execute!(conn, MOVE; tenant, from, to, offset)?;
    Ok(())
}
