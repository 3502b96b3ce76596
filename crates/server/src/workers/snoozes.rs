//! Snoozed conversations whose time has come open again.

use std::{sync::Arc, time::Duration};

use switchboard_inbox::organising::wake_if_due;
use switchboard_store::{Result, Scope, Signal, conversation};

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_secs(1);
/// Conversations opened in one go, at most.
const BATCH: i64 = 256;

pub(super) async fn run(state: Arc<AppState>) {
    while pause(EVERY, &state.shutdown).await {
        if let Err(error) = wake_due(&state).await {
            tracing::error!(%error, "snoozed conversations could not be opened; they are soon");
        }
    }
}

async fn wake_due(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.read(Scope::System).await?;
    let due = conversation::due_wakes(&mut tx.conn(), now, BATCH).await?;
    drop(tx);
    let mut awake = false;
    for key in due {
        let mut tx = state.db.write(Scope::Tenant(key.tenant_id)).await?;
        awake |= wake_if_due(&mut tx.conn(), now, key).await?;
        tx.commit().await?;
    }
    if awake {
        state.notifier.notify(Signal::Event);
    }
    Ok(())
}
