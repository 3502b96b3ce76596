//! Files of messages: what is known of each. The files themselves are elsewhere.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, MediaKind, MediaOrigin, MediaProblem, MediaState, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct Media {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub origin: MediaOrigin,
    pub kind: MediaKind,
    pub state: MediaState,
    /// Of what was received: the number it came to.
    pub number_id: Option<Uuid>,
    /// The message it came with; of what was uploaded, the first that has it.
    pub message_id: Option<Uuid>,
    /// Who uploaded it.
    pub person_id: Option<Uuid>,
    /// Meta's id of what was received.
    pub meta_id: Option<String>,
    /// The MIME type it was said to have.
    pub said_type: Option<String>,
    pub said_sha256: Option<String>,
    /// The MIME type its bytes show.
    pub mime_type: Option<String>,
    pub file_name: Option<String>,
    /// In bytes; of what is being uploaded, the most it may come to.
    pub size: Option<i64>,
    /// In hexadecimal digits.
    pub sha256: Option<String>,
    pub problem: Option<MediaProblem>,
    /// When something is to be done; while it is being done, when somebody else may try. `None`: nothing.
    pub due_at: Option<Millis>,
    /// Tries begun.
    pub attempts: i64,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// What was uploaded, or is being, and no message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct Unsent {
    pub files: i64,
    pub bytes: i64,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO media (tenant_id, id, origin, kind, state, number_id, message_id, person_id, meta_id, said_type,
                   said_sha256, mime_type, file_name, size, sha256, problem, due_at, attempts, created_at, updated_at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-'), value->>'origin', value->>'kind',
                   value->>'state', unhex(value->>'number_id', '-'), unhex(value->>'message_id', '-'),
                   unhex(value->>'person_id', '-'), value->>'meta_id', value->>'said_type', value->>'said_sha256',
                   value->>'mime_type', value->>'file_name', value->>'size', value->>'sha256', value->>'problem',
                   value->>'due_at', value->>'attempts', value->>'created_at', value->>'updated_at'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO media (tenant_id, id, origin, kind, state, number_id, message_id, person_id, meta_id, said_type,
                   said_sha256, mime_type, file_name, size, sha256, problem, due_at, attempts, created_at, updated_at)
                 SELECT tenant_id, id, origin, kind, state, number_id, message_id, person_id, meta_id, said_type,
                   said_sha256, mime_type, file_name, size, sha256, problem, due_at, attempts, created_at, updated_at
                 FROM jsonb_populate_recordset(NULL::media, $1)",
    };
    GET = "SELECT * FROM media WHERE tenant_id = $1 AND id = $2";
    BY_IDS = {
        sqlite: "SELECT m.* FROM jsonb_each($2) AS x JOIN media AS m ON m.tenant_id = $1 AND m.id = unhex(x.value, '-')",
        postgres: "SELECT m.* FROM jsonb_array_elements_text($2) AS x (id) JOIN media AS m ON m.tenant_id = $1 AND m.id = x.id::uuid",
    };
    // The newest first: a picture that has just come does not wait behind a history of thousands.
    CLAIM = {
        sqlite: "UPDATE media SET due_at = $2, attempts = attempts + 1
                 WHERE (tenant_id, id) = (SELECT tenant_id, id FROM media WHERE due_at <= $1 ORDER BY due_at DESC LIMIT 1)
                 RETURNING *",
        postgres: "UPDATE media SET due_at = $2, attempts = attempts + 1
                 WHERE (tenant_id, id) = (SELECT tenant_id, id FROM media WHERE due_at <= $1 ORDER BY due_at DESC LIMIT 1
                                          FOR UPDATE SKIP LOCKED)
                 RETURNING *",
    };
    DUE = "SELECT count(*) FROM media WHERE due_at <= $1";
    RECORD = "UPDATE media SET state = $4, mime_type = $5, size = $6, sha256 = $7, problem = $8, due_at = $9, attempts = $10,
                updated_at = $11
              WHERE tenant_id = $1 AND id = $2 AND attempts = $3";
    EXTEND = "UPDATE media SET due_at = $4 WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND due_at IS NOT NULL";
    LAPSE_ALL = "UPDATE media SET due_at = $1 WHERE due_at > $1 AND origin = 'received'";
    RETRY = "UPDATE media SET state = 'waiting', problem = NULL, due_at = $3, attempts = 0, updated_at = $3
             WHERE tenant_id = $1 AND id = $2 AND origin = 'received' AND state = 'failed'";
    USE = "UPDATE media SET message_id = COALESCE(message_id, $3), updated_at = $4
           WHERE tenant_id = $1 AND id = $2 AND state = 'ready' RETURNING *";
    UNSENT = "SELECT count(*) AS files, CAST(COALESCE(sum(size), 0) AS BIGINT) AS bytes FROM media
              WHERE tenant_id = $1 AND state IN ('waiting', 'ready') AND message_id IS NULL AND origin = 'uploaded'";
    DROP_UNUSED = "UPDATE media SET state = 'deleted', due_at = $3, attempts = 0, updated_at = $3
                   WHERE tenant_id = $1 AND id = $2 AND origin = 'uploaded' AND state = 'ready' AND message_id IS NULL";
    EXPIRE_UNUSED = "UPDATE media SET state = 'deleted', due_at = $2, attempts = 0, updated_at = $2
                     WHERE message_id IS NULL AND created_at < $1 AND origin = 'uploaded' AND state = 'ready'";
    EXPIRE_OLD = "UPDATE media SET state = 'deleted', due_at = $2, attempts = 0, updated_at = $2
                  WHERE state = 'ready' AND created_at < $1";
    FORGET = "DELETE FROM media WHERE tenant_id = $1 AND id = $2 AND message_id IS NULL AND state = 'deleted'";
}

pub async fn insert(conn: &mut Conn<'_>, media: &[Media]) -> Result<()> {
    if media.is_empty() {
        return Ok(());
    }
    expect_rows("media", media.len() as u64, execute!(conn, INSERT; Json(media))?)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Media>> {
    fetch!(optional, conn, GET => Media; tenant, id)
}

/// Those of these that there are, in no order.
pub async fn by_ids(conn: &mut Conn<'_>, tenant: TenantId, ids: &[Uuid]) -> Result<Vec<Media>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, BY_IDS => Media; tenant, Json(ids))
}

/// A file that something is to be done about, as the caller's until `lease_until`. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn claim(conn: &mut Conn<'_>, now: Millis, lease_until: Millis) -> Result<Option<Media>> {
    fetch!(optional, conn, CLAIM => Media; now, lease_until)
}

/// How many files something is to be done about, over all tenants.
pub async fn due(conn: &mut Conn<'_>, now: Millis) -> Result<i64> {
    let (count,) = fetch!(one, conn, DUE => (i64,); now)?;
    Ok(count)
}

/// Stores what became of a try, unless another has begun; whether it was stored. `try_number`: the claim's `attempts`.
pub async fn record(conn: &mut Conn<'_>, media: &Media, try_number: i64) -> Result<bool> {
    let rows = execute!(conn, RECORD; media.tenant_id, media.id, try_number, media.state, &media.mime_type, media.size,
        &media.sha256, media.problem, media.due_at, media.attempts, media.updated_at)?;
    Ok(rows == 1)
}

/// Keeps a claim for longer.
pub async fn extend(conn: &mut Conn<'_>, media: &Media, lease_until: Millis) -> Result<()> {
    execute!(conn, EXTEND; media.tenant_id, media.id, media.attempts, lease_until)?;
    Ok(())
}

/// Lets every claim lapse, and every wait. Only right when no other process can be at it: at the start on SQLite.
pub async fn lapse_all(conn: &mut Conn<'_>, now: Millis) -> Result<()> {
    execute!(conn, LAPSE_ALL; now)?;
    Ok(())
}

/// Has a file fetched once more; `false` if it was not one that had failed.
pub async fn retry(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, RETRY; tenant, id, now)? == 1)
}

/// The file, if it can be sent. From now on it belongs to a message: housekeeping leaves it alone.
pub async fn use_for(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    message: Uuid,
    now: Millis,
) -> Result<Option<Media>> {
    fetch!(optional, conn, USE => Media; tenant, id, message, now)
}

/// How much of a tenant waits for a message to have it.
pub async fn unsent(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Unsent> {
    fetch!(one, conn, UNSENT => Unsent; tenant)
}

/// Has an uploaded file deleted that no message has; `false` if there is none.
pub async fn drop_unused(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, DROP_UNUSED; tenant, id, now)? == 1)
}

/// Has files deleted: uploads from before `unused` that no message has, and what is from before `old`.
pub async fn expire(conn: &mut Conn<'_>, unused: Millis, old: Option<Millis>, now: Millis) -> Result<u64> {
    let mut rows = execute!(conn, EXPIRE_UNUSED; unused, now)?;
    if let Some(old) = old {
        rows += execute!(conn, EXPIRE_OLD; old, now)?;
    }
    Ok(rows)
}

/// Removes the row of a deleted file that no message has.
pub async fn forget(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<()> {
    execute!(conn, FORGET; tenant, id)?;
    Ok(())
}
