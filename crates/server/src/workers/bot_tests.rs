//! Runs of bots' tests.

use std::{pin::pin, sync::Arc, time::Duration};

use switchboard_bots::testing::Tester;
use switchboard_store::Signal;

use crate::http::AppState;

/// Without a wake-up, runs are looked for this often.
const EVERY: Duration = Duration::from_secs(1);

/// Runs that a process works on at a time.
pub(super) const AT_ONCE: usize = 4;

pub(super) async fn run(state: Arc<AppState>) {
    let tester = Tester::new(state.bots.clone());
    while !state.shutdown.is_cancelled() {
        let mut woken = pin!(state.notifier.notified(Signal::BotTests));
        // Before looking, so that what is asked for while we look is not slept through.
        woken.as_mut().enable();
        match tester.run_next(&state.shutdown).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a run of tests could not be worked on; it is taken up again"),
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(EVERY) => {}
            () = state.shutdown.cancelled() => {}
        }
    }
}
