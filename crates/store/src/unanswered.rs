//! What customers asked and a bot did not know.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Resolution, Result, TenantId, UnansweredReason,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct Unanswered {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    pub conversation_id: Uuid,
    /// The last message of what was asked.
    pub message_id: Option<Uuid>,
    pub question: String,
    /// An ISO 639-1 code; `None`: it cannot be told.
    pub language: Option<String>,
    pub reason: UnansweredReason,
    /// What the model said of it.
    pub detail: Option<String>,
    pub asked_at: Millis,
    /// `None`: somebody is to look at it.
    pub resolution: Option<Resolution>,
    pub resolved_at: Option<Millis>,
}

/// A question that is to be stored, with the place of its last message in its conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewUnanswered {
    #[serde(flatten)]
    pub unanswered: Unanswered,
    pub seq: i64,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO unanswered (tenant_id, id, bot_id, conversation_id, message_id, question, language, reason, detail, asked_at)
                 SELECT unhex(x.value->>'tenant_id', '-'), unhex(x.value->>'id', '-'), unhex(x.value->>'bot_id', '-'),
                   unhex(x.value->>'conversation_id', '-'),
                   (SELECT m.id FROM message AS m WHERE m.tenant_id = unhex(x.value->>'tenant_id', '-')
                      AND m.conversation_id = unhex(x.value->>'conversation_id', '-') AND m.seq <= x.value->>'seq' AND m.wants_answer
                    ORDER BY m.seq DESC LIMIT 1),
                   x.value->>'question', x.value->>'language', x.value->>'reason', x.value->>'detail', x.value->>'asked_at'
                 FROM jsonb_each($1) AS x",
        postgres: "INSERT INTO unanswered (tenant_id, id, bot_id, conversation_id, message_id, question, language, reason, detail, asked_at)
                 SELECT x.tenant_id, x.id, x.bot_id, x.conversation_id,
                   (SELECT m.id FROM message AS m WHERE m.tenant_id = x.tenant_id AND m.conversation_id = x.conversation_id
                      AND m.seq <= x.seq AND m.wants_answer
                    ORDER BY m.seq DESC LIMIT 1),
                   x.question, x.language, x.reason, x.detail, x.asked_at
                 FROM jsonb_to_recordset($1) AS x (tenant_id uuid, id uuid, bot_id uuid, conversation_id uuid, seq bigint,
                   question text, language text, reason text, detail text, asked_at bigint)",
    };
    OPEN = "SELECT * FROM unanswered WHERE tenant_id = $1 AND bot_id = $2 AND resolution IS NULL ORDER BY id DESC LIMIT $3";
    COUNT = "SELECT count(*) FROM (SELECT 1 FROM unanswered WHERE tenant_id = $1 AND bot_id = $2 AND resolution IS NULL
               LIMIT $3) AS open";
    RESOLVE = {
        sqlite: "UPDATE unanswered SET resolution = $4, resolved_at = $5 WHERE tenant_id = $1 AND bot_id = $2 AND resolution IS NULL
                   AND id IN (SELECT unhex(value, '-') FROM jsonb_each($3))",
        postgres: "UPDATE unanswered SET resolution = $4, resolved_at = $5 WHERE tenant_id = $1 AND bot_id = $2 AND resolution IS NULL
                   AND id IN (SELECT value::uuid FROM jsonb_array_elements_text($3))",
    };
    REOPEN = {
        sqlite: "UPDATE unanswered SET resolution = NULL, resolved_at = NULL
                 WHERE tenant_id = $1 AND bot_id = $2 AND resolution IS NOT NULL
                   AND id IN (SELECT unhex(value, '-') FROM jsonb_each($3))",
        postgres: "UPDATE unanswered SET resolution = NULL, resolved_at = NULL
                 WHERE tenant_id = $1 AND bot_id = $2 AND resolution IS NOT NULL
                   AND id IN (SELECT value::uuid FROM jsonb_array_elements_text($3))",
    };
    MOVE = "UPDATE unanswered SET conversation_id = $3 WHERE tenant_id = $1 AND conversation_id = $2";
    DELETE_OF_BOT = "DELETE FROM unanswered WHERE tenant_id = $1 AND bot_id = $2";
    DELETE_OLD = "DELETE FROM unanswered WHERE asked_at < $1";
}

pub async fn insert(conn: &mut Conn<'_>, questions: &[NewUnanswered]) -> Result<()> {
    if questions.is_empty() {
        return Ok(());
    }
    expect_rows("unanswered", questions.len() as u64, execute!(conn, INSERT; Json(questions))?)
}

/// The newest that nobody has settled, the newest first.
pub async fn open(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, limit: i64) -> Result<Vec<Unanswered>> {
    fetch!(all, conn, OPEN => Unanswered; tenant, bot, limit)
}

/// How many nobody has settled, counted up to `limit`.
pub async fn count(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, limit: i64) -> Result<i64> {
    let (count,) = fetch!(one, conn, COUNT => (i64,); tenant, bot, limit)?;
    Ok(count)
}

/// Settles those of these that nobody has; how many.
pub async fn resolve(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    ids: &[Uuid],
    how: Resolution,
    now: Millis,
) -> Result<u64> {
    execute!(conn, RESOLVE; tenant, bot, Json(ids), how, now)
}

/// Has somebody look at these again; how many were settled.
pub async fn reopen(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, ids: &[Uuid]) -> Result<u64> {
    execute!(conn, REOPEN; tenant, bot, Json(ids))
}

/// Conversations become one.
pub async fn move_all(conn: &mut Conn<'_>, tenant: TenantId, from: Uuid, to: Uuid) -> Result<()> {
    execute!(conn, MOVE; tenant, from, to)?;
    Ok(())
}

pub async fn delete_of_bot(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<()> {
    execute!(conn, DELETE_OF_BOT; tenant, bot)?;
    Ok(())
}

/// Deletes what was asked before `old`; how many.
pub async fn delete_old(conn: &mut Conn<'_>, old: Millis) -> Result<u64> {
    execute!(conn, DELETE_OLD; old)
}
