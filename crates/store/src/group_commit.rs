//! Many small writes, one commit.
//!
//! A commit costs one flush to disk however much it holds. So writes that come in one by one are handed to a committer,
//! which takes whatever has queued up, puts it into one transaction, and tells each sender its outcome only after the
//! commit. Under load the batches grow by themselves; alone, a write waits for nobody.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use tokio::sync::{mpsc, oneshot};

use crate::{Conn, Db, Durability, Error, Result, Scope};

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

/// How much a [`GroupCommit`] does at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Transactions side by side on PostgreSQL, which gains from a few. SQLite has one writer, and gets one.
    pub committers: usize,
    /// Items in a transaction, at most.
    pub batch: usize,
    /// Items that wait, at most.
    pub waiting: usize,
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
    /// Starts the committers.
    pub fn start<F>(db: &Db, durability: Durability, limits: Limits, handler: F) -> Self
    where
        F: for<'c> Fn(&'c mut Conn<'_>, &'c [I]) -> Pin<Box<dyn Future<Output = Result<Vec<O>>> + Send + 'c>>
            + Send
            + Sync
            + 'static,
    {
        let (jobs, queue) = mpsc::channel(limits.waiting);
        let committer = Committer {
            db: db.clone(),
            durability,
            queue: Arc::new(tokio::sync::Mutex::new(queue)),
            batch: limits.batch,
            handler: Arc::new(handler),
        };
        for _ in 0..if db.is_sqlite() { 1 } else { limits.committers } {
            tokio::spawn(committer.clone().run());
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

struct Committer<I, O> {
    db: Db,
    durability: Durability,
    queue: Queue<I, O>,
    batch: usize,
    handler: Arc<Handler<I, O>>,
}

impl<I, O> Clone for Committer<I, O> {
    fn clone(&self) -> Self {
        Self {
            db: self.db.clone(),
            durability: self.durability,
            queue: Arc::clone(&self.queue),
            batch: self.batch,
            handler: Arc::clone(&self.handler),
        }
    }
}

impl<I, O> Committer<I, O> {
    async fn run(self) {
        let mut jobs = Vec::with_capacity(self.batch);
        while self.queue.lock().await.recv_many(&mut jobs, self.batch).await > 0 {
            let (items, senders): (Vec<I>, Vec<_>) = jobs.drain(..).map(|job| (job.item, job.done)).unzip();
            match self.commit(&items).await {
                Ok(outcomes) => {
                    for (sender, outcome) in senders.into_iter().zip(outcomes) {
                        let _ = sender.send(Ok(outcome));
                    }
                }
                // One item may have spoilt it for all: each gets a transaction of its own.
                Err(_) => self.commit_one_by_one(&items, senders).await,
            }
        }
    }

    async fn commit_one_by_one(&self, items: &[I], senders: Vec<oneshot::Sender<Result<O>>>) {
        let mut is_in_trouble = false;
        for (item, sender) in items.iter().zip(senders) {
            // Where the database has let the item before wait in vain, it would let each wait as long.
            let outcome =
                if is_in_trouble { Err(Error::busy()) } else { self.commit(std::slice::from_ref(item)).await };
            is_in_trouble = outcome.as_ref().is_err_and(Error::is_transient);
            let _ = sender.send(outcome.map(|mut outcomes| outcomes.remove(0)));
        }
    }

    async fn commit(&self, items: &[I]) -> Result<Vec<O>> {
        let mut tx = self.db.write_with(Scope::System, self.durability).await?;
        let outcomes = (self.handler)(&mut tx.conn(), items).await?;
        debug_assert_eq!(outcomes.len(), items.len(), "one outcome for each item");
        tx.commit().await?;
        Ok(outcomes)
    }
}
