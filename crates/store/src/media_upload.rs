//! Files at Meta, for the messages of one number.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, fetch, given, statements},
};

/// A file, for one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UploadKey {
    pub tenant_id: TenantId,
    pub media_id: Uuid,
    pub number_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct MediaUpload {
    pub tenant_id: TenantId,
    pub media_id: Uuid,
    pub number_id: Uuid,
    /// Meta's id; `None` until it is there.
    pub meta_id: Option<String>,
    pub uploaded_at: Option<Millis>,
    pub due_at: Option<Millis>,
    /// Tries begun.
    pub attempts: i64,
}

impl MediaUpload {
    pub fn key(&self) -> UploadKey {
        UploadKey { tenant_id: self.tenant_id, media_id: self.media_id, number_id: self.number_id }
    }
}

statements! {
    // One that is under way, or there and fresh, stays as it is.
    ASK = {
        sqlite: "INSERT INTO media_upload (tenant_id, media_id, number_id, due_at, attempts)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'media_id', '-'), unhex(value->>'number_id', '-'), $2, 0
                 FROM jsonb_each($1) WHERE true
                 ON CONFLICT (tenant_id, media_id, number_id) DO UPDATE
                   SET meta_id = NULL, uploaded_at = NULL, due_at = $2, attempts = 0
                   WHERE media_upload.due_at IS NULL AND (media_upload.uploaded_at IS NULL OR media_upload.uploaded_at < $3)",
        postgres: concat!("INSERT INTO media_upload (tenant_id, media_id, number_id, due_at, attempts)
                 SELECT tenant_id, media_id, number_id, $2, 0
                 FROM ", given!("tenant_id uuid, media_id uuid, number_id uuid"), "
                 ON CONFLICT (tenant_id, media_id, number_id) DO UPDATE
                   SET meta_id = NULL, uploaded_at = NULL, due_at = $2, attempts = 0
                   WHERE media_upload.due_at IS NULL AND (media_upload.uploaded_at IS NULL OR media_upload.uploaded_at < $3)"),
    };
    FIND = {
        sqlite: "SELECT u.* FROM jsonb_each($1) AS x
                 JOIN media_upload AS u ON u.tenant_id = unhex(x.value->>'tenant_id', '-')
                   AND u.media_id = unhex(x.value->>'media_id', '-') AND u.number_id = unhex(x.value->>'number_id', '-')
                 WHERE u.uploaded_at >= $2",
        postgres: concat!("SELECT u.* FROM ", given!("tenant_id uuid, media_id uuid, number_id uuid"), "
                 JOIN media_upload AS u ON u.tenant_id = x.tenant_id AND u.media_id = x.media_id AND u.number_id = x.number_id
                 WHERE u.uploaded_at >= $2"),
    };
    CLAIM = {
        sqlite: "UPDATE media_upload SET due_at = $2, attempts = attempts + 1
                 WHERE (tenant_id, media_id, number_id) = (SELECT tenant_id, media_id, number_id FROM media_upload
                   WHERE due_at <= $1 ORDER BY due_at LIMIT 1)
                 RETURNING *",
        postgres: "UPDATE media_upload SET due_at = $2, attempts = attempts + 1
                 WHERE (tenant_id, media_id, number_id) = (SELECT tenant_id, media_id, number_id FROM media_upload
                   WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                 RETURNING *",
    };
    DUE = "SELECT count(*) FROM media_upload WHERE due_at <= $1";
    RECORD = "UPDATE media_upload SET meta_id = $5, uploaded_at = $6, due_at = $7, attempts = $8
              WHERE tenant_id = $1 AND media_id = $2 AND number_id = $3 AND attempts = $4";
    EXTEND = "UPDATE media_upload SET due_at = $5
              WHERE tenant_id = $1 AND media_id = $2 AND number_id = $3 AND attempts = $4 AND due_at IS NOT NULL";
    LAPSE_ALL = "UPDATE media_upload SET due_at = $1 WHERE due_at > $1";
    FORGET = "DELETE FROM media_upload WHERE tenant_id = $1 AND media_id = $2 AND number_id = $3";
    // What waits in the outbox for this file, of whatever conversation.
    WAITING = "SELECT o.message_id FROM outbox AS o JOIN message AS m ON m.tenant_id = o.tenant_id AND m.id = o.message_id
               WHERE o.tenant_id = $1 AND o.number_id = $3 AND o.state = 'queued' AND m.media_id = $2";
    RELEASE = "UPDATE outbox SET due_at = $4
               WHERE tenant_id = $1 AND number_id = $3 AND state = 'queued' AND due_at > $4
                 AND message_id IN (SELECT id FROM message WHERE tenant_id = $1 AND number_id = $3 AND media_id = $2
                                      AND id IN (SELECT message_id FROM outbox WHERE tenant_id = $1 AND number_id = $3))";
}

/// Has files uploaded that are not at Meta, or were uploaded before `fresh`.
pub async fn ask(conn: &mut Conn<'_>, keys: &[UploadKey], now: Millis, fresh: Millis) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    execute!(conn, ASK; Json(keys), now, fresh)?;
    Ok(())
}

/// Which of these are at Meta, uploaded at or after `fresh`.
pub async fn find(conn: &mut Conn<'_>, keys: &[UploadKey], fresh: Millis) -> Result<Vec<MediaUpload>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, FIND => MediaUpload; Json(keys), fresh)
}

/// The upload that has been due the longest, as the caller's until `lease_until`. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn claim(conn: &mut Conn<'_>, now: Millis, lease_until: Millis) -> Result<Option<MediaUpload>> {
    fetch!(optional, conn, CLAIM => MediaUpload; now, lease_until)
}

/// How many uploads are due, over all tenants.
pub async fn due(conn: &mut Conn<'_>, now: Millis) -> Result<i64> {
    let (count,) = fetch!(one, conn, DUE => (i64,); now)?;
    Ok(count)
}

/// Stores what became of a try, unless another has begun; whether it was stored. `try_number`: the claim's `attempts`.
pub async fn record(conn: &mut Conn<'_>, upload: &MediaUpload, try_number: i64) -> Result<bool> {
    let rows = execute!(conn, RECORD; upload.tenant_id, upload.media_id, upload.number_id, try_number, &upload.meta_id,
        upload.uploaded_at, upload.due_at, upload.attempts)?;
    Ok(rows == 1)
}

/// Keeps a claim for longer.
pub async fn extend(conn: &mut Conn<'_>, upload: &MediaUpload, lease_until: Millis) -> Result<()> {
    execute!(conn, EXTEND; upload.tenant_id, upload.media_id, upload.number_id, upload.attempts, lease_until)?;
    Ok(())
}

/// Lets every claim lapse, and every wait. Only right when no other process can be at it: at the start on SQLite.
pub async fn lapse_all(conn: &mut Conn<'_>, now: Millis) -> Result<()> {
    execute!(conn, LAPSE_ALL; now)?;
    Ok(())
}

/// Forgets that a file is at Meta: Meta says that it is not.
pub async fn forget(conn: &mut Conn<'_>, key: UploadKey) -> Result<()> {
    execute!(conn, FORGET; key.tenant_id, key.media_id, key.number_id)?;
    Ok(())
}

/// The messages that wait for a file to be at Meta.
pub async fn waiting(conn: &mut Conn<'_>, key: UploadKey) -> Result<Vec<Uuid>> {
    let rows = fetch!(all, conn, WAITING => (Uuid,); key.tenant_id, key.media_id, key.number_id)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Lets the messages go that wait for a file.
pub async fn release(conn: &mut Conn<'_>, key: UploadKey, now: Millis) -> Result<()> {
    execute!(conn, RELEASE; key.tenant_id, key.media_id, key.number_id, now)?;
    Ok(())
}
