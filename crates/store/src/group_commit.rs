//! Many small writes, one commit.
//!
//! A commit costs one flush to disk however much it holds. So writes that come in one by one are handed to a committer,
//! which takes whatever has queued up, puts it into one transaction, and tells each sender its outcome only after the
//! commit. Under load the batches grow by themselves; alone, a write waits for nobody.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use tokio::sync::{mpsc, oneshot};

use crate::{Conn, Db, Error, Result, Scope};

/// Stores a batch and returns one outcome for each item, in order.
type Handler<I, O> = dyn for<'c> Fn(&'c mut Conn<'_>, &'c [I]) -> Pin<Box<dyn Future<Output = Result<Vec<O>>> + Send + 'c>>
    + Send
    + Sync;

/// Why a write was not made.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    #[error("too much is waiting to be stored")]
    Full,
    #[error(transparent)]
    Failed(#[from] Error),
    #[error("the committer has stopped")]
    Stopped,
}

struct Job<I, O> {
    item: I,
    done: oneshot::Sender<Result<O>>,
}

/// Hands writes to a committer. Cheap to clone; the committer ends when the last clone is dropped.
pub struct GroupCommit<I, O> {
    jobs: mpsc::Sender<Job<I, O>>,
}

impl<I, O> Clone for GroupCommit<I, O> {
    fn clone(&self) -> Self {
        Self { jobs: self.jobs.clone() }
    }
}

impl<I, O> fmt::Debug for GroupCommit<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupCommit").field("free", &self.jobs.capacity()).finish()
    }
}

impl<I: Send + Sync + 'static, O: Send + 'static> GroupCommit<I, O> {
    /// Starts the committers: one is right for SQLite, which has one writer; PostgreSQL gains from a few.
    ///
    /// `batch`: at most so many items in a transaction; `waiting`: at most so many items queued for each committer.
    pub fn start<F>(db: &Db, committers: usize, batch: usize, waiting: usize, handler: F) -> Self
    where
        F: for<'c> Fn(&'c mut Conn<'_>, &'c [I]) -> Pin<Box<dyn Future<Output = Result<Vec<O>>> + Send + 'c>>
            + Send
            + Sync
            + 'static,
    {
        let handler: Arc<Handler<I, O>> = Arc::new(handler);
        let (jobs, queue) = mpsc::channel(waiting);
        let queue = Arc::new(tokio::sync::Mutex::new(queue));
        for _ in 0..if db.is_sqlite() { 1 } else { committers } {
            tokio::spawn(commit_batches(db.clone(), Arc::clone(&queue), batch, Arc::clone(&handler)));
        }
        Self { jobs }
    }

    /// Stores `item` and returns after the commit. A full queue answers at once with [`Rejected::Full`].
    pub async fn submit(&self, item: I) -> Result<O, Rejected> {
        let (done, outcome) = oneshot::channel();
        self.jobs.try_send(Job { item, done }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Rejected::Full,
            mpsc::error::TrySendError::Closed(_) => Rejected::Stopped,
        })?;
        outcome.await.map_err(|_| Rejected::Stopped)?.map_err(Rejected::Failed)
    }

    /// Like [`GroupCommit::submit`], but waits for room in the queue: for work that cannot be refused.
    pub async fn submit_waiting(&self, item: I) -> Result<O, Rejected> {
        let (done, outcome) = oneshot::channel();
        self.jobs.send(Job { item, done }).await.map_err(|_| Rejected::Stopped)?;
        outcome.await.map_err(|_| Rejected::Stopped)?.map_err(Rejected::Failed)
    }
}

type Queue<I, O> = Arc<tokio::sync::Mutex<mpsc::Receiver<Job<I, O>>>>;

async fn commit_batches<I, O>(db: Db, queue: Queue<I, O>, batch: usize, handler: Arc<Handler<I, O>>) {
    let mut jobs = Vec::with_capacity(batch);
    while queue.lock().await.recv_many(&mut jobs, batch).await > 0 {
        let (items, senders): (Vec<I>, Vec<_>) = jobs.drain(..).map(|job| (job.item, job.done)).unzip();
        match commit(&db, &items, &handler).await {
            Ok(outcomes) => {
                for (sender, outcome) in senders.into_iter().zip(outcomes) {
                    let _ = sender.send(Ok(outcome));
                }
            }
            // One item may have spoilt it for all: each gets a transaction of its own.
            Err(_) => {
                for (item, sender) in items.iter().zip(senders) {
                    let outcome = commit(&db, std::slice::from_ref(item), &handler).await;
                    let _ = sender.send(outcome.map(|mut outcomes| outcomes.remove(0)));
                }
            }
        }
    }
}

async fn commit<I, O>(db: &Db, items: &[I], handler: &Arc<Handler<I, O>>) -> Result<Vec<O>> {
    let mut tx = db.write(Scope::System).await?;
    let outcomes = handler(&mut tx.conn(), items).await?;
    debug_assert_eq!(outcomes.len(), items.len(), "one outcome for each item");
    tx.commit().await?;
    Ok(outcomes)
}
