//! What is to leave. A row lives until the fate of its message is known.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, NumberStatus, OutboxState, Result, TenantId, TenantStatus,
    conversation::ConversationKey,
    db::{Row, execute, expect_rows, fetch, given, statements},
    message::MessageKey,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct OutboxRow {
    pub tenant_id: TenantId,
    pub message_id: Uuid,
    pub conversation_id: Uuid,
    pub number_id: Uuid,
    pub state: OutboxState,
    /// `None`: a person's message, which no change of control stops.
    pub control_version: Option<i64>,
    pub due_at: Millis,
    pub attempts: i64,
    pub lease_owner: Option<Uuid>,
    pub created_at: Millis,
}

/// The first message of a conversation's queue, and the number it would leave by.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Head {
    #[row(flatten)]
    pub row: OutboxRow,
    pub phone_number_id: String,
    pub number_status: NumberStatus,
    pub tenant_status: TenantStatus,
    pub messages_per_second: i64,
    /// Our id of the number's account.
    pub waba: Uuid,
    /// Envelope of the account's token, for the place (`waba`, `token`, `waba`).
    pub token: Option<Vec<u8>>,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO outbox (tenant_id, message_id, conversation_id, number_id, state, control_version, due_at, attempts, created_at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'message_id', '-'), unhex(value->>'conversation_id', '-'),
                   unhex(value->>'number_id', '-'), 'queued', value->>'control_version', value->>'due_at', 0, value->>'created_at'
                 FROM jsonb_each($1) ORDER BY key",
        postgres: "INSERT INTO outbox (tenant_id, message_id, conversation_id, number_id, state, control_version, due_at, attempts, created_at)
                 SELECT (row->>'tenant_id')::uuid, (row->>'message_id')::uuid, (row->>'conversation_id')::uuid,
                   (row->>'number_id')::uuid, 'queued', (row->>'control_version')::bigint, (row->>'due_at')::bigint, 0,
                   (row->>'created_at')::bigint
                 FROM jsonb_array_elements($1) WITH ORDINALITY AS x (row, n) ORDER BY n",
    };
    // Only the oldest message of a conversation may go: whatever its state, it holds back those behind it.
    HEADS = "SELECT o.tenant_id, o.message_id, o.conversation_id, o.number_id, o.state, o.control_version, o.due_at,
               o.attempts, o.lease_owner, o.created_at, n.phone_number_id, n.status AS number_status, t.status AS tenant_status,
               n.messages_per_second, w.id AS waba, w.token
             FROM outbox AS o
             JOIN number AS n ON n.tenant_id = o.tenant_id AND n.id = o.number_id
             JOIN waba AS w ON w.tenant_id = n.tenant_id AND w.id = n.waba_id
             JOIN tenant AS t ON t.id = o.tenant_id
             WHERE o.due_at <= $1 AND o.state = 'queued'
               AND NOT EXISTS (SELECT 1 FROM outbox AS p
                               WHERE p.tenant_id = o.tenant_id AND p.conversation_id = o.conversation_id AND p.position < o.position)
             ORDER BY o.due_at, o.position LIMIT $2";
    OF_CONVERSATIONS = {
        sqlite: "SELECT o.tenant_id, o.message_id, o.conversation_id, o.number_id, o.state, o.control_version, o.due_at,
                   o.attempts, o.lease_owner, o.created_at
                 FROM jsonb_each($1) AS x
                 JOIN outbox AS o ON o.tenant_id = unhex(x.value->>'tenant_id', '-') AND o.conversation_id = unhex(x.value->>'id', '-')
                 ORDER BY o.position",
        postgres: concat!("SELECT o.tenant_id, o.message_id, o.conversation_id, o.number_id, o.state, o.control_version, o.due_at,
                   o.attempts, o.lease_owner, o.created_at
                 FROM ", given!("tenant_id uuid, id uuid"), "
                 JOIN outbox AS o ON o.tenant_id = x.tenant_id AND o.conversation_id = x.id
                 ORDER BY o.position"),
    };
    SAVE = {
        sqlite: "UPDATE outbox SET state = x.value->>'state', due_at = x.value->>'due_at', attempts = x.value->>'attempts',
                   lease_owner = unhex(x.value->>'lease_owner', '-')
                 FROM jsonb_each($1) AS x
                 WHERE outbox.tenant_id = unhex(x.value->>'tenant_id', '-') AND outbox.message_id = unhex(x.value->>'message_id', '-')",
        postgres: concat!("UPDATE outbox SET state = x.state, due_at = x.due_at, attempts = x.attempts, lease_owner = x.lease_owner
                 FROM ", given!("tenant_id uuid, message_id uuid, state text, due_at bigint, attempts bigint, lease_owner uuid"), "
                 WHERE outbox.tenant_id = x.tenant_id AND outbox.message_id = x.message_id"),
    };
    DELETE = {
        sqlite: "DELETE FROM outbox WHERE (tenant_id, message_id) IN
                   (SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-') FROM jsonb_each($1))",
        postgres: concat!("DELETE FROM outbox USING ", given!("tenant_id uuid, id uuid"), "
                 WHERE outbox.tenant_id = x.tenant_id AND outbox.message_id = x.id"),
    };
    LAPSED = "SELECT tenant_id, conversation_id AS id FROM outbox
              WHERE due_at <= $1 AND state IN ('sending', 'unknown') ORDER BY due_at LIMIT $2";
    LAPSE_ALL = "UPDATE outbox SET due_at = $1 WHERE state = 'sending' AND due_at > $1";
    // A message held back by an earlier one is not due: its turn comes with a wake-up when that one has gone.
    NEXT_DUE = "SELECT min(due_at) FROM outbox WHERE due_at > $1";
    POSTPONE_NUMBER = "UPDATE outbox SET due_at = $3
                       WHERE tenant_id = $1 AND number_id = $2 AND state = 'queued' AND due_at < $3";
    RELEASE_NUMBER = "UPDATE outbox SET due_at = $3
                      WHERE tenant_id = $1 AND number_id = $2 AND state = 'queued' AND due_at > $3";
    RELEASE_TENANT = "UPDATE outbox SET due_at = $2 WHERE tenant_id = $1 AND state = 'queued' AND due_at > $2";
    MOVE = "UPDATE outbox SET conversation_id = $3, control_version = CASE WHEN control_version IS NULL THEN NULL ELSE CAST($4 AS BIGINT) END
            WHERE tenant_id = $1 AND conversation_id = $2";
    BACKLOG = "SELECT count(*) FROM outbox";
}

/// Queues messages in order. Their conversations must be locked: that is what makes the order hold.
pub async fn insert(conn: &mut Conn<'_>, rows: &[OutboxRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    expect_rows("outbox", rows.len() as u64, execute!(conn, INSERT; Json(rows))?)
}

/// The due messages that are first in their conversations. Nothing is locked: lock the conversations, then read their
/// rows again with [`of_conversations`] before deciding.
pub async fn heads(conn: &mut Conn<'_>, now: Millis, limit: i64) -> Result<Vec<Head>> {
    fetch!(all, conn, HEADS => Head; now, limit)
}

/// All that waits in some conversations, in order.
pub async fn of_conversations(conn: &mut Conn<'_>, keys: &[ConversationKey]) -> Result<Vec<OutboxRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, OF_CONVERSATIONS => OutboxRow; Json(keys))
}

/// Stores state, due time, attempts and lease of rows whose conversations are locked.
pub async fn save(conn: &mut Conn<'_>, rows: &[OutboxRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    expect_rows("outbox", rows.len() as u64, execute!(conn, SAVE; Json(rows))?)
}

/// Takes messages out of the queue; those that were not in it any more are no error.
pub async fn delete(conn: &mut Conn<'_>, keys: &[MessageKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    execute!(conn, DELETE; Json(keys))?;
    Ok(())
}

/// Conversations with a send whose lease has lapsed, or whose wait for a status is over.
pub async fn lapsed(conn: &mut Conn<'_>, now: Millis, limit: i64) -> Result<Vec<ConversationKey>> {
    fetch!(all, conn, LAPSED => ConversationKey; now, limit)
}

/// Lets the lease of every send lapse. Only right when no other process can be sending: at the start on SQLite.
pub async fn lapse_all(conn: &mut Conn<'_>, now: Millis) -> Result<()> {
    execute!(conn, LAPSE_ALL; now)?;
    Ok(())
}

/// When something becomes due after `now`.
pub async fn next_due(conn: &mut Conn<'_>, now: Millis) -> Result<Option<Millis>> {
    let (at,) = fetch!(one, conn, NEXT_DUE => (Option<Millis>,); now)?;
    Ok(at)
}

/// Holds back all that is queued on a number until `until`.
pub async fn postpone_number(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid, until: Millis) -> Result<()> {
    execute!(conn, POSTPONE_NUMBER; tenant, number, until)?;
    Ok(())
}

/// Lets go all that is queued on a number which can send again.
pub async fn release_number(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid, now: Millis) -> Result<()> {
    execute!(conn, RELEASE_NUMBER; tenant, number, now)?;
    Ok(())
}

/// Lets go all that is queued of a tenant which may send again.
pub async fn release_tenant(conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<()> {
    execute!(conn, RELEASE_TENANT; tenant, now)?;
    Ok(())
}

/// Moves what waits in one conversation to another, when two contacts turn out to be one. `control_version`: that of the
/// conversation it goes to, under which it may still leave.
pub async fn move_all(conn: &mut Conn<'_>, tenant: TenantId, from: Uuid, to: Uuid, control_version: i64) -> Result<()> {
    execute!(conn, MOVE; tenant, from, to, control_version)?;
    Ok(())
}

/// How many messages wait to leave, over all tenants.
pub async fn backlog(conn: &mut Conn<'_>) -> Result<i64> {
    let (count,) = fetch!(one, conn, BACKLOG => (i64,);)?;
    Ok(count)
}
