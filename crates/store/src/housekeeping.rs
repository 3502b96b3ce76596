//! Rows that have served their time.

use crate::{
    Conn, Millis, Result,
    db::{execute, statements},
};

statements! {
    // The newest stays: by it a reader that was away for too long sees that it has missed some.
    EVENTS = "DELETE FROM event WHERE created_at < $1 AND seq < (SELECT max(seq) FROM event)";
    EARLY_STATUSES = "DELETE FROM early_status WHERE at < $1";
    PERSON_TOKENS = "DELETE FROM person_token WHERE expires_at < $1";
    OIDC_FLOWS = "DELETE FROM oidc_flow WHERE expires_at < $1";
    OIDC_NEWCOMERS = "DELETE FROM oidc_newcomer WHERE expires_at < $1";
    PASSAGE_VECTORS = "DELETE FROM passage_vector WHERE used_at < $1";
    SESSIONS = "DELETE FROM session WHERE expires_at < $1";
}

/// Deletes events older than `events`, unclaimed statuses older than `early_statuses`, vectors that nobody has used since
/// `unused`, and sessions and people's tokens that ended before `ended`; how many rows went.
pub async fn sweep(
    conn: &mut Conn<'_>,
    events: Millis,
    early_statuses: Millis,
    unused: Millis,
    ended: Millis,
) -> Result<u64> {
    Ok(execute!(conn, EVENTS; events)?
        + execute!(conn, EARLY_STATUSES; early_statuses)?
        + execute!(conn, PASSAGE_VECTORS; unused)?
        + execute!(conn, PERSON_TOKENS; ended)?
        + execute!(conn, OIDC_FLOWS; ended)?
        + execute!(conn, OIDC_NEWCOMERS; ended)?
        + execute!(conn, SESSIONS; ended)?)
}
