//! Rows that have served their time go.

use std::{sync::Arc, time::Duration};

use switchboard_store::{Result, Scope, housekeeping};

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_hours(1);
/// How long a watcher may be away and still be told all it has missed.
const EVENTS: Duration = Duration::from_hours(48);
/// A status that overtook its message by more than this is of a message that is not ours.
const EARLY_STATUSES: Duration = Duration::from_hours(1);

pub(super) async fn run(state: Arc<AppState>) {
    loop {
        match sweep(&state).await {
            Ok(rows) => tracing::debug!(rows, "old rows are deleted"),
            Err(error) => tracing::error!(%error, "old rows could not be deleted; they go next time"),
        }
        if !pause(EVERY, &state.shutdown).await {
            return;
        }
    }
}

async fn sweep(state: &AppState) -> Result<u64> {
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::System).await?;
    let rows = housekeeping::sweep(&mut tx.conn(), now - EVENTS, now - EARLY_STATUSES, now).await?;
    tx.commit().await?;
    Ok(rows)
}
