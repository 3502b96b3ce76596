//! Messages, in and out.

use std::ops::Range;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Author, Conn, Direction, Json, MessageStatus, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, given, statements},
};

#[derive(Debug, Clone, PartialEq, Serialize, Row)]
pub struct Message {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub number_id: Uuid,
    pub seq: i64,
    pub direction: Direction,
    pub author: Author,
    pub person_id: Option<Uuid>,
    #[row(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    pub text: Option<String>,
    pub payload: Option<Json<Value>>,
    pub wants_answer: bool,
    pub wamid: Option<String>,
    pub reply_to: Option<String>,
    pub status: MessageStatus,
    pub error: Option<Json<Value>>,
    pub customer_reaction: Option<String>,
    pub own_reaction: Option<String>,
    pub edited_at: Option<Millis>,
    pub revoked_at: Option<Millis>,
    pub answers_seq: Option<i64>,
    pub part: Option<i64>,
    pub idempotency_key: Option<String>,
    /// Its file.
    pub media_id: Option<Uuid>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// Names a message as Meta does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Row)]
pub struct WamidKey {
    pub tenant_id: TenantId,
    pub number_id: Uuid,
    pub wamid: String,
}

/// Names a message as we do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Row)]
pub struct MessageKey {
    pub tenant_id: TenantId,
    pub id: Uuid,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO message (tenant_id, id, conversation_id, number_id, seq, direction, author, person_id, type, text,
                   payload, wants_answer, wamid, reply_to, status, error, answers_seq, part, idempotency_key, media_id,
                   created_at, updated_at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-'), unhex(value->>'conversation_id', '-'),
                   unhex(value->>'number_id', '-'), value->>'seq', value->>'direction', value->>'author',
                   unhex(value->>'person_id', '-'), value->>'type', value->>'text', nullif(value->'payload', 'null'),
                   value->>'wants_answer', value->>'wamid', value->>'reply_to', value->>'status', nullif(value->'error', 'null'),
                   value->>'answers_seq', value->>'part', value->>'idempotency_key', unhex(value->>'media_id', '-'),
                   value->>'created_at', value->>'updated_at'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO message (tenant_id, id, conversation_id, number_id, seq, direction, author, person_id, type, text,
                   payload, wants_answer, wamid, reply_to, status, error, answers_seq, part, idempotency_key, media_id,
                   created_at, updated_at)
                 SELECT tenant_id, id, conversation_id, number_id, seq, direction, author, person_id, type, text,
                   payload, wants_answer, wamid, reply_to, status, error, answers_seq, part, idempotency_key, media_id,
                   created_at, updated_at
                 FROM jsonb_populate_recordset(NULL::message, $1)",
    };
    SAVE = {
        sqlite: "UPDATE message SET
                   type = x.value->>'type', text = x.value->>'text', payload = nullif(x.value->'payload', 'null'),
                   status = x.value->>'status', error = nullif(x.value->'error', 'null'),
                   customer_reaction = x.value->>'customer_reaction', own_reaction = x.value->>'own_reaction',
                   edited_at = x.value->>'edited_at', revoked_at = x.value->>'revoked_at',
                   media_id = unhex(x.value->>'media_id', '-'), updated_at = x.value->>'updated_at'
                 FROM jsonb_each($1) AS x
                 WHERE message.tenant_id = unhex(x.value->>'tenant_id', '-') AND message.id = unhex(x.value->>'id', '-')",
        postgres: concat!("UPDATE message SET
                   type = x.type, text = x.text, payload = x.payload, status = x.status, error = x.error,
                   customer_reaction = x.customer_reaction, own_reaction = x.own_reaction, edited_at = x.edited_at,
                   revoked_at = x.revoked_at, media_id = x.media_id, updated_at = x.updated_at
                 FROM ", given!(like "message"), "
                 WHERE message.tenant_id = x.tenant_id AND message.id = x.id"),
    };
    // On its own: SQLite writes every index of a column that is set anew, also where the column stays as it was.
    SET_WAMID = {
        sqlite: "UPDATE message SET wamid = x.value->>'wamid' FROM jsonb_each($1) AS x
                 WHERE message.tenant_id = unhex(x.value->>'tenant_id', '-') AND message.id = unhex(x.value->>'id', '-')",
        postgres: concat!("UPDATE message SET wamid = x.wamid FROM ", given!("tenant_id uuid, id uuid, wamid text"), "
                 WHERE message.tenant_id = x.tenant_id AND message.id = x.id"),
    };
    BY_WAMID = {
        sqlite: "SELECT m.* FROM jsonb_each($1) AS x
                 JOIN message AS m ON m.tenant_id = unhex(x.value->>'tenant_id', '-')
                  AND m.number_id = unhex(x.value->>'number_id', '-') AND m.wamid = x.value->>'wamid'",
        postgres: concat!("SELECT m.* FROM ", given!("tenant_id uuid, number_id uuid, wamid text"), "
                 JOIN message AS m ON m.tenant_id = x.tenant_id AND m.number_id = x.number_id AND m.wamid = x.wamid"),
    };
    BY_ID = {
        sqlite: "SELECT m.* FROM jsonb_each($1) AS x
                 JOIN message AS m ON m.tenant_id = unhex(x.value->>'tenant_id', '-') AND m.id = unhex(x.value->>'id', '-')",
        postgres: concat!("SELECT m.* FROM ", given!("tenant_id uuid, id uuid"), "
                 JOIN message AS m ON m.tenant_id = x.tenant_id AND m.id = x.id"),
    };
    BY_IDEMPOTENCY_KEY = "SELECT * FROM message WHERE tenant_id = $1 AND idempotency_key = $2";
    GET = "SELECT * FROM message WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3";
    BEFORE = "SELECT * FROM message WHERE tenant_id = $1 AND conversation_id = $2 AND (created_at, seq) < ($3, $4)
              ORDER BY created_at DESC, seq DESC LIMIT $5";
    AFTER = "SELECT * FROM message WHERE tenant_id = $1 AND conversation_id = $2 AND (created_at, seq) > ($3, $4)
             ORDER BY created_at, seq LIMIT $5";
    // What was answered where it comes from is not asked again where it goes; and the seqs an answer named mean nothing there.
    MOVE = "UPDATE message SET conversation_id = $3, seq = seq + $4, wants_answer = CASE WHEN seq > $5 THEN wants_answer ELSE $6 END,
              answers_seq = NULL, part = NULL
            WHERE tenant_id = $1 AND conversation_id = $2";
    // Only what was said in that time, by the index of the thread, one conversation after the other: a join would begin with
    // all messages of the tenant.
    ANSWERS_BETWEEN = "SELECT CAST(COALESCE(sum((
                         SELECT count(*) FROM message AS m
                         WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.created_at >= $4 AND m.created_at < $5
                           AND m.author = 'ai' AND m.part = 0 AND m.status <> 'cancelled')), 0) AS BIGINT)
                       FROM conversation AS c JOIN number AS n ON n.tenant_id = c.tenant_id AND n.id = c.number_id
                       WHERE c.tenant_id = $1 AND c.contact_id = $2 AND n.bot_id = $3";
    COUNT = "SELECT count(*) FROM message WHERE tenant_id = $1";
}

pub async fn insert(conn: &mut Conn<'_>, messages: &[Message]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    expect_rows("message", messages.len() as u64, execute!(conn, INSERT; Json(messages))?)
}

/// Stores the ids that Meta has given to messages of ours.
pub async fn set_wamids(conn: &mut Conn<'_>, messages: &[&Message]) -> Result<()> {
    #[derive(Serialize)]
    struct Named<'a> {
        tenant_id: TenantId,
        id: Uuid,
        wamid: Option<&'a str>,
    }
    if messages.is_empty() {
        return Ok(());
    }
    let named = messages.iter().map(|message| Named {
        tenant_id: message.tenant_id,
        id: message.id,
        wamid: message.wamid.as_deref(),
    });
    let rows = execute!(conn, SET_WAMID; Json(named.collect::<Vec<_>>()))?;
    expect_rows("message", messages.len() as u64, rows)
}

/// Stores what can change of a message again and again: what it says, status, reactions, edits.
pub async fn save(conn: &mut Conn<'_>, messages: &[Message]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    expect_rows("message", messages.len() as u64, execute!(conn, SAVE; Json(messages))?)
}

pub async fn by_wamid(conn: &mut Conn<'_>, keys: &[WamidKey]) -> Result<Vec<Message>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, BY_WAMID => Message; Json(keys))
}

pub async fn by_id(conn: &mut Conn<'_>, keys: &[MessageKey]) -> Result<Vec<Message>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, BY_ID => Message; Json(keys))
}

pub async fn by_idempotency_key(conn: &mut Conn<'_>, tenant: TenantId, key: &str) -> Result<Option<Message>> {
    fetch!(optional, conn, BY_IDEMPOTENCY_KEY => Message; tenant, key)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid, id: Uuid) -> Result<Option<Message>> {
    fetch!(optional, conn, GET => Message; tenant, conversation, id)
}

impl Message {
    /// In its thread.
    pub fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, seq: self.seq }
    }
}

/// A place in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub created_at: Millis,
    pub seq: i64,
}

/// The messages of a conversation before a place, newest first; `None`: from the end.
pub async fn before(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    conversation: Uuid,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Message>> {
    let before = before.unwrap_or(Cursor { created_at: Millis(i64::MAX), seq: i64::MAX });
    fetch!(all, conn, BEFORE => Message; tenant, conversation, before.created_at, before.seq, limit)
}

/// The messages of a conversation after a place, oldest first.
pub async fn after(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    conversation: Uuid,
    after: Cursor,
    limit: i64,
) -> Result<Vec<Message>> {
    fetch!(all, conn, AFTER => Message; tenant, conversation, after.created_at, after.seq, limit)
}

/// Moves all messages of one conversation behind those of another. Both must be locked.
///
/// `offset`: the last seq of the conversation they go to. `answered`: up to which seq they were answered where they are.
pub async fn move_all(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    from: Uuid,
    to: Uuid,
    offset: i64,
    answered: i64,
) -> Result<()> {
    execute!(conn, MOVE; tenant, from, to, offset, answered, false)?;
    Ok(())
}

/// How many answers of the AI a contact has had from one moment until before another, on all numbers that a bot serves.
/// What people kept back is none; what Meta refused is one: else a bot that nobody hears would go on for ever.
pub async fn answers_between(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    contact: Uuid,
    bot: Uuid,
    time: Range<Millis>,
) -> Result<i64> {
    let (count,) = fetch!(one, conn, ANSWERS_BETWEEN => (i64,); tenant, contact, bot, time.start, time.end)?;
    Ok(count)
}

pub async fn count(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64> {
    let (count,) = fetch!(one, conn, COUNT => (i64,); tenant)?;
    Ok(count)
}
