//! Rotations of data keys, for going on with one that was interrupted.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result,
    db::{execute, fetch, statements},
};

statements! {
    UNDER_WAY = "SELECT started_at FROM key_rotation WHERE finished_at IS NULL ORDER BY started_at LIMIT 1";
    BEGIN = "INSERT INTO key_rotation (id, started_at) VALUES ($1, $2)";
    FINISH = "UPDATE key_rotation SET finished_at = $2 WHERE finished_at IS NULL AND started_at <= $1";
}

/// When the oldest that is not finished began.
pub async fn under_way(conn: &mut Conn<'_>) -> Result<Option<Millis>> {
    let row = fetch!(optional, conn, UNDER_WAY => (Millis,);)?;
    Ok(row.map(|(started_at,)| started_at))
}

pub async fn begin(conn: &mut Conn<'_>, id: Uuid, now: Millis) -> Result<()> {
    execute!(conn, BEGIN; id, now)?;
    Ok(())
}

/// All that began then or earlier.
pub async fn finish(conn: &mut Conn<'_>, started_at: Millis, now: Millis) -> Result<()> {
    execute!(conn, FINISH; started_at, now)?;
    Ok(())
}
