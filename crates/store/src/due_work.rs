//! Work that waits in rows: the loop that takes one after another and is at several at a time.

use std::{fmt::Debug, future::Future, sync::Arc, time::Duration};

use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{Notifier, Result, Signal};

/// Without a wake-up, the rows are looked at this often.
const POLL: Duration = Duration::from_secs(1);

/// One kind of such work. Cheap to clone.
pub trait DueWork: Clone + Debug + Send + Sync + 'static {
    /// What is to be done, as this process's for a while: a row with a lease, so that whoever dies in the middle leaves it to
    /// whoever looks when the lease has lapsed.
    type Claimed: Send + Sync + 'static;

    /// Whether there is something that nobody is at. Looked at as a reader: there is mostly nothing, and writers wait for
    /// each other.
    fn is_due(&self) -> impl Future<Output = Result<bool>> + Send;

    /// `None`: somebody else was faster.
    fn claim(&self) -> impl Future<Output = Result<Option<Self::Claimed>>> + Send;

    /// What is under way at `stop` is given back, so that another process can go on at once.
    fn work(&self, claimed: &Self::Claimed, stop: &CancellationToken) -> impl Future<Output = Result<()>> + Send;
}

/// Holds on to what was claimed while it is worked on: its lease is renewed three times while it lasts. Returns when `keep`
/// says that it is to be let go. `id`: of what, for the log.
pub async fn hold<F: Future<Output = Result<bool>>>(lease: Duration, id: Uuid, keep: impl Fn() -> F) {
    loop {
        tokio::time::sleep(lease / 3).await;
        match keep().await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, work.id = %id, "a lease could not be renewed"),
        }
    }
}

/// Does work of one kind. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Workers<W> {
    work: W,
    notifier: Notifier,
    /// That there is some.
    signal: Signal,
    permits: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl<W: DueWork> Workers<W> {
    /// Of `work`, at most `at_once` at a time.
    pub fn new(work: W, notifier: Notifier, signal: Signal, at_once: usize) -> Self {
        Self { work, notifier, signal, permits: Arc::new(Semaphore::new(at_once)), tasks: TaskTracker::new() }
    }

    /// Works until `stop`; returns when what was under way has been given back.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let mut notified = std::pin::pin!(self.notifier.notified(self.signal));
            // Before looking, so that what comes while we look is not slept through.
            notified.as_mut().enable();
            if let Err(error) = self.start_due(&stop).await {
                tracing::error!(%error, signal = ?self.signal, "what is due could not be read");
            }
            tokio::select! {
                () = notified => {}
                () = tokio::time::sleep(POLL) => {}
                () = stop.cancelled() => {}
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Starts all that is due; returns when there is no more, or it is time to stop.
    async fn start_due(&self, stop: &CancellationToken) -> Result<()> {
        while self.work.is_due().await? {
            let permit = tokio::select! {
                permit = Arc::clone(&self.permits).acquire_owned() => permit,
                () = stop.cancelled() => return Ok(()),
            };
            let (Ok(permit), Some(claimed)) = (permit, self.work.claim().await?) else { return Ok(()) };
            let (work, signal, stop) = (self.work.clone(), self.signal, stop.clone());
            self.tasks.spawn(async move {
                if let Err(error) = work.work(&claimed, &stop).await {
                    tracing::error!(%error, ?signal, "what was done could not be stored; it is done again");
                }
                drop(permit);
            });
        }
        Ok(())
    }
}
