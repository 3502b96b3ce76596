//! Conversations whose time with people is over go back to the AI.

use std::{sync::Arc, time::Duration};

use switchboard_inbox::control::hand_back_if_due;
use switchboard_store::{Result, Scope, Signal, conversation};

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_secs(1);
/// Conversations handed back in one go, at most.
const BATCH: i64 = 256;

pub(super) async fn run(state: Arc<AppState>) {
    while pause(EVERY, &state.shutdown).await {
        if let Err(error) = hand_back_due(&state).await {
            tracing::error!(%error, "conversations could not be handed back; they are soon");
        }
    }
}

async fn hand_back_due(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.read(Scope::System).await?;
    let due = conversation::due_handbacks(&mut tx.conn(), now, BATCH).await?;
    drop(tx);
    let mut handed_back = false;
    for key in due {
        let mut tx = state.db.write(Scope::Tenant(key.tenant_id)).await?;
        handed_back |= hand_back_if_due(&mut tx.conn(), now, key).await?;
        tx.commit().await?;
    }
    if handed_back {
        state.notifier.notify(Signal::Turn);
        state.notifier.notify(Signal::Event);
    }
    Ok(())
}
