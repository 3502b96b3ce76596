//! Rows that have served their time go, and calls of tools that were cut off are called so.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use switchboard_inbox::tool_calls;
use switchboard_store::{Result, Scope, Signal, crawl, housekeeping, media, unanswered};

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_hours(1);
/// How long a watcher may be away and still be told all it has missed.
const EVENTS: Duration = Duration::from_hours(48);
/// A status that overtook its message by more than this is of a message that is not ours.
const EARLY_STATUSES: Duration = Duration::from_hours(1);

/// A passage that nobody has looked for in this time is gone or changed. If it is not, its vector is made again.
const UNUSED_VECTORS: Duration = Duration::from_hours(90 * 24);

/// How long what a bot could not answer is kept: what nobody has asked for half a year need not be taught.
const UNANSWERED: Duration = Duration::from_hours(180 * 24);

/// How long it is remembered that a web site was asked; it matters for a moment.
const UNASKED: Duration = Duration::from_hours(1);

/// How long a file that was attached and not sent is kept.
const UNUSED_FILES: Duration = Duration::from_hours(24);

pub(super) async fn run(state: Arc<AppState>) {
    tidy(&state).await;
    loop {
        match sweep(&state).await {
            Ok(rows) => tracing::debug!(rows, "old rows are deleted"),
            Err(error) => tracing::error!(%error, "old rows could not be deleted; they go next time"),
        }
        match give_up_calls(&state).await {
            Ok(0) => {}
            Ok(calls) => tracing::warn!(calls, "nobody knows what became of calls of tools"),
            Err(error) => tracing::error!(%error, "calls of tools could not be given up; they are next time"),
        }
        if !pause(EVERY, &state.shutdown).await {
            return;
        }
    }
}

async fn sweep(state: &AppState) -> Result<u64> {
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::System).await?;
    let rows =
        housekeeping::sweep(&mut tx.conn(), now - EVENTS, now - EARLY_STATUSES, now - UNUSED_VECTORS, now).await?;
    let rows = rows + crawl::forget_hosts(&mut tx.conn(), now - UNASKED).await?;
    let rows = rows + unanswered::delete_old(&mut tx.conn(), now - UNANSWERED).await?;
    let old = state.config.media.keep.map(|keep| now - keep);
    let files = media::expire(&mut tx.conn(), now - UNUSED_FILES, old, now).await?;
    tx.commit().await?;
    if files > 0 {
        state.notifier.notify(Signal::Media);
    }
    Ok(rows)
}

async fn give_up_calls(state: &AppState) -> Result<usize> {
    let mut tx = state.db.write(Scope::System).await?;
    let calls = tool_calls::give_up_lost(&mut tx.conn(), state.clock.now()).await?;
    tx.commit().await?;
    if calls > 0 {
        state.notifier.notify(Signal::Event);
    }
    Ok(calls)
}

/// What a process that died left half-written; at the start, when there may be some.
async fn tidy(state: &AppState) {
    let store = state.media.clone();
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(state.clock.now().0).unwrap_or(0));
    let files = tokio::task::spawn_blocking(move || store.tidy(now)).await.unwrap_or(0);
    if files > 0 {
        tracing::info!(files, "half-written files are deleted");
    }
}
