//! Web pages that are to be read.

use std::{pin::pin, sync::Arc, time::Duration};

use switchboard_bots::crawling::Crawler;
use switchboard_store::Signal;

use crate::http::AppState;

/// Without a wake-up, pages are looked for this often.
const EVERY: Duration = Duration::from_secs(1);

/// Pages that a process reads at a time, each of another host.
pub(super) const AT_ONCE: usize = 4;

pub(super) async fn run(state: Arc<AppState>) {
    let crawler = Crawler::new(state.db.clone(), state.clock.clone(), state.pages.clone());
    while !state.shutdown.is_cancelled() {
        let mut woken = pin!(state.notifier.notified(Signal::Crawl));
        // Before looking, so that what is asked for while we look is not slept through.
        woken.as_mut().enable();
        match crawler.read_next(&state.shutdown).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a web page could not be recorded; it is read again"),
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(EVERY) => {}
            () = state.shutdown.cancelled() => {}
        }
    }
}
