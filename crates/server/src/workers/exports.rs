//! Archives of what tenants have are made, and go when their time is over.

use std::{sync::Arc, time::Duration};

use switchboard_accounts::Result;

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(state: Arc<AppState>) {
    while pause(EVERY, &state.shutdown).await {
        tokio::select! {
            // What is cut short here is begun anew by whoever takes it up.
            () = state.shutdown.cancelled() => return,
            done = work(&state) => {
                if let Err(error) = done {
                    tracing::error!(%error, "archives could not be looked at; they are soon");
                }
            }
        }
    }
}

async fn work(state: &AppState) -> Result<()> {
    while state.accounts.make_next_export().await? {}
    while state.accounts.sweep_exports().await? {}
    Ok(())
}
