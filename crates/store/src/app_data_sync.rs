//! What is taken over from the WhatsApp Business app of a number that is used there too. Meta gives each kind once, and only
//! within a day of the connection.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    AppData, Conn, Millis, Result, SyncState, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct AppDataSync {
    pub kind: AppData,
    pub state: SyncState,
    /// Meta's id of the request.
    pub request_id: Option<String>,
    /// Of history: 0 is the last day, 1 are 90 days, 2 are 180 days.
    pub phase: Option<i64>,
    /// Of the phase, in percent.
    pub progress: Option<i64>,
    /// What a person reads.
    pub error: Option<String>,
    pub requested_at: Millis,
    pub updated_at: Millis,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome<'a> {
    pub state: SyncState,
    /// `None` keeps what is known.
    pub request_id: Option<&'a str>,
    pub error: Option<&'a str>,
}

statements! {
    // What Meta has taken is never asked for again; what failed, or was cut off, is.
    BEGIN = "INSERT INTO app_data_sync (tenant_id, number_id, kind, state, requested_at, updated_at)
             VALUES ($1, $2, $3, 'requesting', $4, $4)
             ON CONFLICT (tenant_id, number_id, kind) DO UPDATE
               SET state = 'requesting', error = NULL, requested_at = excluded.requested_at, updated_at = excluded.updated_at
               WHERE app_data_sync.state = 'failed' OR (app_data_sync.state = 'requesting' AND app_data_sync.updated_at <= $5)";
    SET_STATE = "UPDATE app_data_sync SET state = $4, request_id = COALESCE($5, request_id), error = $6, updated_at = $7
                 WHERE tenant_id = $1 AND number_id = $2 AND kind = $3";
    // Chunks come in any order.
    ADVANCE = "UPDATE app_data_sync SET phase = $3, progress = $4, updated_at = $5,
                 state = CASE WHEN $3 >= 2 AND $4 >= 100 THEN 'done' ELSE 'running' END
               WHERE tenant_id = $1 AND number_id = $2 AND kind = 'history' AND state IN ('requesting', 'running')
                 AND (phase IS NULL OR phase < $3 OR (phase = $3 AND progress < $4))";
    ARRIVED = "UPDATE app_data_sync SET state = 'done', updated_at = $3
               WHERE tenant_id = $1 AND number_id = $2 AND kind = 'contacts' AND state IN ('requesting', 'running')";
    LIST = "SELECT kind, state, request_id, phase, progress, error, requested_at, updated_at FROM app_data_sync
            WHERE tenant_id = $1 AND number_id = $2 ORDER BY kind";
    FORGET = "DELETE FROM app_data_sync WHERE tenant_id = $1 AND number_id = $2";
}

/// Takes it upon the caller to ask Meta. `false`: it was asked for, or somebody is about to; who has been about to for
/// longer than `abandoned_after` is taken to have died.
pub async fn begin(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    number: Uuid,
    kind: AppData,
    now: Millis,
    abandoned_after: Duration,
) -> Result<bool> {
    Ok(execute!(conn, BEGIN; tenant, number, kind, now, now - abandoned_after)? == 1)
}

pub async fn set_outcome(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    number: Uuid,
    kind: AppData,
    outcome: &Outcome<'_>,
    now: Millis,
) -> Result<()> {
    let Outcome { state, request_id, error } = *outcome;
    let touched = execute!(conn, SET_STATE; tenant, number, kind, state, request_id, error, now)?;
    expect_rows("app_data_sync", 1, touched)
}

/// History has come this far; `false`: it was further, or nobody asked for it.
pub async fn advance(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    number: Uuid,
    phase: i64,
    progress: i64,
    now: Millis,
) -> Result<bool> {
    Ok(execute!(conn, ADVANCE; tenant, number, phase, progress, now)? == 1)
}

/// Contacts have come; `false`: some had before, or nobody asked for them.
pub async fn contacts_arrived(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, ARRIVED; tenant, number, now)? == 1)
}

pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid) -> Result<Vec<AppDataSync>> {
    fetch!(all, conn, LIST => AppDataSync; tenant, number)
}

/// A number that is connected anew may be asked anew.
pub async fn forget(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid) -> Result<()> {
    execute!(conn, FORGET; tenant, number)?;
    Ok(())
}
