//! Tenants that are to be deleted go, piece by piece.

use std::{sync::Arc, time::Duration};

use switchboard_store::Round;

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(state: Arc<AppState>) {
    while pause(EVERY, &state.shutdown).await {
        if let Err(error) = delete_files(&state).await {
            tracing::error!(%error, "the files of a tenant could not be deleted; its rows wait for it");
            continue;
        }
        while !state.shutdown.is_cancelled() {
            let round = Round::begin();
            match state.accounts.go_on_deleting().await {
                Ok(true) => round.rest().await,
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(%error, "a tenant could not be deleted any further; it is soon");
                    break;
                }
            }
        }
    }
}

/// Before the rows that name them.
async fn delete_files(state: &AppState) -> anyhow::Result<()> {
    for tenant in state.accounts.being_deleted().await? {
        state.media.delete_all(tenant).await?;
    }
    Ok(())
}
