//! Archives of all that a tenant has: what is asked for, how far it is, and the pieces that are ready.

use uuid::Uuid;

use crate::{
    Conn, ExportState, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct TenantExport {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub state: ExportState,
    pub requested_by: Uuid,
    pub requested_at: Millis,
    /// The file within the archive that is being written.
    pub step: String,
    pub rows_done: i64,
    /// `None`: not counted yet.
    pub rows_total: Option<i64>,
    /// Of the pieces that are there.
    pub bytes: i64,
    /// Tries begun. Who writes holds the number of the try.
    pub attempts: i64,
    pub finished_at: Option<Millis>,
    /// When it goes.
    pub expires_at: Option<Millis>,
}

/// How far a try is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    pub step: &'a str,
    pub rows_done: i64,
    pub bytes: i64,
    pub lease_until: Millis,
}

statements! {
    INSERT = "INSERT INTO tenant_export (tenant_id, id, state, requested_by, requested_at, step, rows_done, bytes, attempts, lease_until)
        VALUES ($1, $2, 'queued', $3, $4, '', 0, 0, 0, 0)";
    LIST = "SELECT tenant_id, id, state, requested_by, requested_at, step, rows_done, rows_total, bytes, attempts,
          finished_at, expires_at
        FROM tenant_export WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2";
    GET = "SELECT tenant_id, id, state, requested_by, requested_at, step, rows_done, rows_total, bytes, attempts,
          finished_at, expires_at
        FROM tenant_export WHERE tenant_id = $1 AND id = $2";
    DUE = "SELECT count(*) FROM tenant_export WHERE state IN ('queued', 'running') AND lease_until <= $1";
    CLAIM = "UPDATE tenant_export SET state = 'running', attempts = attempts + 1, lease_until = $2, step = '', rows_done = 0,
          rows_total = NULL, bytes = 0
        WHERE (tenant_id, id) = (SELECT e.tenant_id, e.id FROM tenant_export AS e JOIN tenant AS t ON t.id = e.tenant_id
                                 WHERE e.state IN ('queued', 'running') AND e.lease_until <= $1 AND t.status <> 'deleting'
                                 ORDER BY e.lease_until LIMIT 1)
          AND state IN ('queued', 'running') AND lease_until <= $1
        RETURNING tenant_id, id, state, requested_by, requested_at, step, rows_done, rows_total, bytes, attempts,
          finished_at, expires_at";
    SET_TOTAL = "UPDATE tenant_export SET rows_total = $4 WHERE tenant_id = $1 AND id = $2 AND attempts = $3";
    PROGRESS = "UPDATE tenant_export SET step = $4, rows_done = $5, bytes = $6, lease_until = $7
        WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'";
    FINISH = "UPDATE tenant_export SET state = $4, step = '', finished_at = $5, expires_at = $6, lease_until = 0
        WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'";
    RELEASE = "UPDATE tenant_export SET lease_until = $4 WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'";
    INSERT_CHUNK = "INSERT INTO tenant_export_chunk (tenant_id, export_id, seq, body) VALUES ($1, $2, $3, $4)";
    CHUNK = "SELECT body FROM tenant_export_chunk WHERE tenant_id = $1 AND export_id = $2 AND seq = $3";
    DELETE_CHUNKS = "DELETE FROM tenant_export_chunk WHERE tenant_id = $1 AND export_id = $2
          AND seq IN (SELECT c.seq FROM tenant_export_chunk AS c WHERE c.tenant_id = $1 AND c.export_id = $2 LIMIT $3)";
    EXPIRED = "SELECT tenant_id, id FROM tenant_export WHERE expires_at <= $1 ORDER BY expires_at LIMIT 1";
    DELETE = "DELETE FROM tenant_export WHERE tenant_id = $1 AND id = $2";
}

/// [`Error::Duplicate`](crate::Error::Duplicate) while another is being made.
pub async fn insert(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, by: Uuid, now: Millis) -> Result<()> {
    execute!(conn, INSERT; tenant, id, by, now)?;
    Ok(())
}

/// The newest first.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, limit: i64) -> Result<Vec<TenantExport>> {
    fetch!(all, conn, LIST => TenantExport; tenant, limit)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<TenantExport>> {
    fetch!(optional, conn, GET => TenantExport; tenant, id)
}

/// Whether one waits that nobody works on. Needs [`Scope::System`](crate::Scope::System), as the next.
pub async fn is_due(conn: &mut Conn<'_>, now: Millis) -> Result<bool> {
    let (count,) = fetch!(one, conn, DUE => (i64,); now)?;
    Ok(count > 0)
}

/// Begins a try at the one that has waited longest. What an earlier try has left behind is to be deleted.
pub async fn claim(conn: &mut Conn<'_>, now: Millis, lease_until: Millis) -> Result<Option<TenantExport>> {
    fetch!(optional, conn, CLAIM => TenantExport; now, lease_until)
}

pub async fn set_total(conn: &mut Conn<'_>, it: &TenantExport, rows: i64) -> Result<()> {
    execute!(conn, SET_TOTAL; it.tenant_id, it.id, it.attempts, rows)?;
    Ok(())
}

/// `false`: the try has been overtaken by another.
pub async fn progress(conn: &mut Conn<'_>, it: &TenantExport, to: Progress<'_>) -> Result<bool> {
    let rows =
        execute!(conn, PROGRESS; it.tenant_id, it.id, it.attempts, to.step, to.rows_done, to.bytes, to.lease_until)?;
    Ok(rows == 1)
}

/// `false`: the try has been overtaken by another.
pub async fn finish(
    conn: &mut Conn<'_>,
    it: &TenantExport,
    state: ExportState,
    now: Millis,
    expires_at: Millis,
) -> Result<bool> {
    Ok(execute!(conn, FINISH; it.tenant_id, it.id, it.attempts, state, now, expires_at)? == 1)
}

/// Another try may begin at `at`.
pub async fn release(conn: &mut Conn<'_>, it: &TenantExport, at: Millis) -> Result<()> {
    execute!(conn, RELEASE; it.tenant_id, it.id, it.attempts, at)?;
    Ok(())
}

pub async fn insert_chunk(conn: &mut Conn<'_>, it: &TenantExport, seq: i64, body: &[u8]) -> Result<()> {
    execute!(conn, INSERT_CHUNK; it.tenant_id, it.id, seq, body)?;
    Ok(())
}

/// The pieces are counted from 0. `None`: there is no such piece.
pub async fn chunk(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, seq: i64) -> Result<Option<Vec<u8>>> {
    let row = fetch!(optional, conn, CHUNK => (Vec<u8>,); tenant, id, seq)?;
    Ok(row.map(|(body,)| body))
}

/// Deletes at most `limit` pieces; how many there were.
pub async fn delete_chunks(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, limit: i64) -> Result<u64> {
    execute!(conn, DELETE_CHUNKS; tenant, id, limit)
}

/// The one whose time has been over for longest. Needs [`Scope::System`](crate::Scope::System).
pub async fn expired(conn: &mut Conn<'_>, now: Millis) -> Result<Option<(TenantId, Uuid)>> {
    fetch!(optional, conn, EXPIRED => (TenantId, Uuid); now)
}

/// Its pieces go first.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<()> {
    expect_rows("tenant_export", 1, execute!(conn, DELETE; tenant, id)?)
}
