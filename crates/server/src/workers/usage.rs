//! Counts what has happened, a quarter of an hour at a time.

use std::{sync::Arc, time::Duration};

use switchboard_inbox::usage;

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_secs(20);
/// Between two batches, while there is much to catch up on: others want to write, too.
const BREATH: Duration = Duration::from_millis(50);

pub(super) async fn run(state: Arc<AppState>) {
    loop {
        let wait = match usage::roll_up(&state.db, state.clock.now()).await {
            Ok(true) => BREATH,
            Ok(false) => EVERY,
            Err(error) => {
                tracing::error!(%error, "what has happened could not be counted; it is soon");
                EVERY
            }
        };
        if !pause(wait, &state.shutdown).await {
            return;
        }
    }
}
