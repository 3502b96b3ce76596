//! What voice notes say, written down.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId, TranscriptProblem, TranscriptState,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct Transcript {
    pub tenant_id: TenantId,
    pub message_id: Uuid,
    pub number_id: Uuid,
    /// The file that is listened to.
    pub media_id: Uuid,
    pub state: TranscriptState,
    pub text: Option<String>,
    /// ISO 639-1; `None`: it cannot be told.
    pub language: Option<String>,
    pub model: Option<String>,
    /// Why there is no text.
    pub problem: Option<TranscriptProblem>,
    /// When it is to be listened to; while somebody does, when another may. `None`: nothing is to be done.
    pub due_at: Option<Millis>,
    /// Tries begun.
    pub attempts: i64,
    pub created_at: Millis,
    pub updated_at: Millis,
}

statements! {
    INSERT = "INSERT INTO transcript (tenant_id, message_id, number_id, media_id, state, due_at, attempts, created_at, updated_at)
              VALUES ($1, $2, $3, $4, 'waiting', $5, 0, $5, $5)
              ON CONFLICT (tenant_id, message_id) DO NOTHING";
    // What has failed, or was never to be.
    ASK = "INSERT INTO transcript (tenant_id, message_id, number_id, media_id, state, due_at, attempts, created_at, updated_at)
           VALUES ($1, $2, $3, $4, 'waiting', $5, 0, $5, $5)
           ON CONFLICT (tenant_id, message_id) DO UPDATE
             SET state = 'waiting', problem = NULL, due_at = excluded.due_at, attempts = 0, updated_at = excluded.updated_at
             WHERE transcript.state = 'failed'";
    GET = "SELECT * FROM transcript WHERE tenant_id = $1 AND message_id = $2";
    OF_MESSAGES = {
        sqlite: "SELECT t.* FROM jsonb_each($2) AS x
                 JOIN transcript AS t ON t.tenant_id = $1 AND t.message_id = unhex(x.value, '-')",
        postgres: "SELECT t.* FROM jsonb_array_elements_text($2) AS x (id)
                 JOIN transcript AS t ON t.tenant_id = $1 AND t.message_id = x.id::uuid",
    };
    DUE = {
        sqlite: "SELECT count(*) FROM transcript AS t JOIN tenant AS n ON n.id = t.tenant_id
                 WHERE t.due_at <= $1 AND n.status = 'active'
                   AND t.tenant_id NOT IN (SELECT unhex(value, '-') FROM jsonb_each($2))",
        postgres: "SELECT count(*) FROM transcript AS t JOIN tenant AS n ON n.id = t.tenant_id
                 WHERE t.due_at <= $1 AND n.status = 'active'
                   AND t.tenant_id NOT IN (SELECT value::uuid FROM jsonb_array_elements_text($2))",
    };
    // The newest first: somebody waits for it. What is a suspended tenant's stays.
    CLAIM = {
        sqlite: "UPDATE transcript SET due_at = $2, attempts = attempts + 1
                 WHERE (tenant_id, message_id) = (
                   SELECT t.tenant_id, t.message_id FROM transcript AS t JOIN tenant AS n ON n.id = t.tenant_id
                   WHERE t.due_at <= $1 AND n.status = 'active'
                     AND t.tenant_id NOT IN (SELECT unhex(value, '-') FROM jsonb_each($3))
                   ORDER BY t.due_at DESC LIMIT 1)
                 RETURNING *",
        postgres: "UPDATE transcript SET due_at = $2, attempts = attempts + 1
                 WHERE (tenant_id, message_id) = (
                   SELECT t.tenant_id, t.message_id FROM transcript AS t JOIN tenant AS n ON n.id = t.tenant_id
                   WHERE t.due_at <= $1 AND n.status = 'active'
                     AND t.tenant_id NOT IN (SELECT value::uuid FROM jsonb_array_elements_text($3))
                   ORDER BY t.due_at DESC LIMIT 1
                   FOR UPDATE OF t SKIP LOCKED)
                 RETURNING *",
    };
    KEEP = "UPDATE transcript SET due_at = $4
            WHERE tenant_id = $1 AND message_id = $2 AND attempts = $3 AND state = 'waiting' AND due_at IS NOT NULL";
    RECORD = "UPDATE transcript SET state = $4, text = $5, language = $6, model = $7, problem = $8, due_at = $9, attempts = $10,
                updated_at = $11
              WHERE tenant_id = $1 AND message_id = $2 AND attempts = $3";
    LAPSE_ALL = "UPDATE transcript SET due_at = $1 WHERE due_at > $1";
}

/// What a message's file says is to be written down; nothing changes where it is or was.
pub async fn insert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    message: Uuid,
    number: Uuid,
    media: Uuid,
    now: Millis,
) -> Result<()> {
    execute!(conn, INSERT; tenant, message, number, media, now)?;
    Ok(())
}

/// As [`insert`], and once more where it has failed; `false`: it is under way or done.
pub async fn ask(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    message: Uuid,
    number: Uuid,
    media: Uuid,
    now: Millis,
) -> Result<bool> {
    Ok(execute!(conn, ASK; tenant, message, number, media, now)? == 1)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, message: Uuid) -> Result<Option<Transcript>> {
    fetch!(optional, conn, GET => Transcript; tenant, message)
}

/// Those of these messages that there are, in no order.
pub async fn of_messages(conn: &mut Conn<'_>, tenant: TenantId, messages: &[Uuid]) -> Result<Vec<Transcript>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, OF_MESSAGES => Transcript; tenant, Json(messages))
}

/// How many are to be listened to, over all tenants that may work, but those that are `full`.
pub async fn due(conn: &mut Conn<'_>, now: Millis, full: &[TenantId]) -> Result<i64> {
    let (count,) = fetch!(one, conn, DUE => (i64,); now, Json(full))?;
    Ok(count)
}

/// One that is to be listened to, as the caller's until `lease_until`; none of a tenant that is `full`. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn claim(
    conn: &mut Conn<'_>,
    now: Millis,
    lease_until: Millis,
    full: &[TenantId],
) -> Result<Option<Transcript>> {
    fetch!(optional, conn, CLAIM => Transcript; now, lease_until, Json(full))
}

/// Nobody else listens before `until`. `false`: somebody does, or it is over.
pub async fn keep(conn: &mut Conn<'_>, it: &Transcript, until: Millis) -> Result<bool> {
    Ok(execute!(conn, KEEP; it.tenant_id, it.message_id, it.attempts, until)? == 1)
}

/// Stores what became of a try, unless another has begun; whether it was stored. `try_number`: the claim's `attempts`.
pub async fn record(conn: &mut Conn<'_>, it: &Transcript, try_number: i64) -> Result<bool> {
    let rows = execute!(conn, RECORD; it.tenant_id, it.message_id, try_number, it.state, &it.text, &it.language, &it.model,
        it.problem, it.due_at, it.attempts, it.updated_at)?;
    Ok(rows == 1)
}

/// Lets every claim lapse, and every wait. Only right when no other process can be at it: at the start on SQLite.
pub async fn lapse_all(conn: &mut Conn<'_>, now: Millis) -> Result<()> {
    execute!(conn, LAPSE_ALL; now)?;
    Ok(())
}
