//! The end of a platform admin's visit is written down, also where nobody ended it by hand.

use std::{sync::Arc, time::Duration};

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_secs(5);

pub(super) async fn run(state: Arc<AppState>) {
    while pause(EVERY, &state.shutdown).await {
        if let Err(error) = state.accounts.end_impersonations().await {
            tracing::error!(%error, "the end of a visit could not be written down; it is soon");
        }
    }
}
