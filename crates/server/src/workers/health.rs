//! Every account is checked once a day.

use std::{sync::Arc, time::Duration};

use super::pause;
use crate::http::AppState;

/// How often it is looked whether a check is due.
const EVERY: Duration = Duration::from_secs(5);

pub(super) async fn run(state: Arc<AppState>) {
    while pause(EVERY, &state.shutdown).await {
        tokio::select! {
            // Nothing is half done: a check that is cut off is made again.
            () = state.shutdown.cancelled() => return,
            checked = state.onboarding.check_due() => {
                if let Err(error) = checked {
                    tracing::error!(%error, "accounts could not be checked; they are soon");
                }
            }
        }
    }
}
