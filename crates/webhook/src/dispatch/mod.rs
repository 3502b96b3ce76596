//! Dispatching: stored deliveries, in the order of their arrival, become messages, statuses and events.
//!
//! Many deliveries share a transaction, which also deletes them: either all of it happened or none. If a batch fails for
//! a reason that may lie in the data, its deliveries are tried one by one, and then item by item, so that a bad item is kept
//! as a leftover and holds back nobody. If it fails because the database is in trouble, it is tried again later, and what
//! came after it waits: overtaking would put the messages of a conversation in another order.
//!
//! One process dispatches at a time (a lock on PostgreSQL; SQLite has one process): two of them could hand on the
//! messages of one conversation in either order.

mod handle;

use std::time::Duration;

use switchboard_store::{
    Conn, Db, Durability, Error, LeftoverReason, Millis, Notifier, Result, Round, Scope, SharedClock, Signal, Tx,
    crash_point,
    delivery::{self, Delivery},
};
use tokio_util::sync::CancellationToken;

use self::handle::{Received, Woken, handle};
use crate::{
    decode::{Item, decode},
    leftovers,
};

/// Deliveries in one transaction, at most; their bodies together stay below [`BATCH_BYTES`].
const BATCH: i64 = 128;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Without a wake-up, the table is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// A delivery that the database was in trouble with so often is given up, and kept as a leftover: it may be the trouble.
const ATTEMPTS: i64 = 10;

/// Hands deliveries on.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    db: Db,
    clock: SharedClock,
    notifier: Notifier,
}

impl Dispatcher {
    pub fn new(db: Db, clock: SharedClock, notifier: Notifier) -> Self {
        Self { db, clock, notifier }
    }

    /// Dispatches until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let mut notified = std::pin::pin!(self.notifier.notified(Signal::Delivery));
            // Before looking, so that what is stored while we look is not slept through.
            notified.as_mut().enable();
            let round = Round::begin();
            match self.tick().await {
                Ok(true) => {
                    round.rest().await;
                    continue;
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(error = %error, "deliveries could not be dispatched");
                    // Trouble passes with time, not with the next delivery: were each to wake us, the tries of the oldest
                    // would be used up in moments, and its items given up.
                    tokio::select! {
                        () = tokio::time::sleep(POLL) => {}
                        () = stop.cancelled() => {}
                    }
                    continue;
                }
            }
            tokio::select! {
                () = notified => {}
                () = tokio::time::sleep(POLL) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Dispatches all that is due: for tests, which move the time themselves.
    pub async fn drain(&self) -> Result<()> {
        while self.tick().await? {}
        Ok(())
    }

    /// Dispatches a batch; `true` if there was one.
    async fn tick(&self) -> Result<bool> {
        let Some((tx, batch)) = self.take().await? else { return Ok(false) };
        // After the lock: what another process has dispatched before is older.
        let now = self.clock.now();
        match self.all_at_once(now, tx, &batch.iter().collect::<Vec<_>>()).await {
            Ok(woken) => {
                self.wake(woken);
                return Ok(true);
            }
            Err(error) => {
                let deliveries = batch.len();
                tracing::warn!(error = %error, deliveries, "a batch failed; its deliveries are tried one by one");
            }
        }
        for pending in &batch {
            if !self.one_by_one(now, pending).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The next batch and the transaction it is to be handled in; `None`: there is none, or another process dispatches.
    async fn take(&self) -> Result<Option<(Tx, Vec<Pending>)>> {
        let (tx, batch) = if self.db.is_sqlite() {
            // Nobody else dispatches, so it can be read and decoded before any other writer is kept waiting.
            let batch = read(&mut self.db.read(Scope::System).await?.conn()).await?;
            if batch.is_empty() {
                return Ok(None);
            }
            (self.begin_writing().await?, batch)
        } else {
            let Some(mut tx) = self.begin().await? else { return Ok(None) };
            let batch = read(&mut tx.conn()).await?;
            (tx, batch)
        };
        Ok((!batch.is_empty()).then_some((tx, batch)))
    }

    /// What a power cut takes back was not deleted either, and is dispatched again.
    async fn begin_writing(&self) -> Result<Tx> {
        self.db.write_with(Scope::System, Durability::Soon).await
    }

    /// `None`: another process dispatches.
    async fn begin(&self) -> Result<Option<Tx>> {
        let mut tx = self.begin_writing().await?;
        Ok(delivery::try_lock(&mut tx.conn()).await?.then_some(tx))
    }

    async fn all_at_once(&self, now: Millis, mut tx: Tx, batch: &[&Pending]) -> Result<Woken> {
        let items: Vec<_> = batch.iter().flat_map(|pending| &pending.items).collect();
        let seqs: Vec<_> = batch.iter().map(|pending| pending.delivery.seq).collect();
        // First, so that what another process has dispatched in between is noticed before anything is done.
        delivery::delete(&mut tx.conn(), &seqs).await?;
        let woken = handle(&mut tx.conn(), now, &items).await?;
        crash_point("dispatch.handled");
        tx.commit().await?;
        crash_point("dispatch.committed");
        metrics::counter!("switchboard_webhook_items_total").increment(items.len() as u64);
        Ok(woken)
    }

    /// `false`: another process dispatches now, and goes on with this delivery and those after it.
    async fn one_by_one(&self, now: Millis, pending: &Pending) -> Result<bool> {
        let Some(tx) = self.begin().await? else { return Ok(false) };
        match self.all_at_once(now, tx, &[pending]).await {
            Ok(woken) => {
                self.wake(woken);
                return Ok(true);
            }
            // Somebody else has dispatched it.
            Err(Error::RowCount { table: "webhook_delivery", .. }) => return Ok(true),
            Err(error) => self.stop_if_in_trouble(&pending.delivery, error).await?,
        }
        for received in &pending.items {
            if let Err(error) = self.alone(now, received).await {
                let failure = error.to_string();
                self.stop_if_in_trouble(&pending.delivery, error).await?;
                self.give_up_on(now, received, &failure).await?;
            }
        }
        let mut tx = self.db.write(Scope::System).await?;
        delivery::delete(&mut tx.conn(), &[pending.delivery.seq]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Where the database was in trouble and not the delivery at fault, the delivery and all after it wait for another try.
    async fn stop_if_in_trouble(&self, delivery: &Delivery, error: Error) -> Result<()> {
        if !error.is_transient() || delivery.attempts >= ATTEMPTS {
            return Ok(());
        }
        let mut tx = self.db.write(Scope::System).await?;
        delivery::count_attempt(&mut tx.conn(), delivery.seq).await?;
        tx.commit().await?;
        Err(error)
    }

    async fn alone(&self, now: Millis, received: &Received) -> Result<()> {
        let mut tx = self.db.write(Scope::System).await?;
        let woken = handle(&mut tx.conn(), now, &[received]).await?;
        tx.commit().await?;
        self.wake(woken);
        Ok(())
    }

    async fn give_up_on(&self, now: Millis, received: &Received, failure: &str) -> Result<()> {
        tracing::error!(error = failure, item = ?received.item.route, "an item could not be handled and is kept");
        let mut tx = self.db.write(Scope::System).await?;
        let tenant = handle::tenant_of(&mut tx.conn(), &received.item).await?;
        let detail = "Handling it failed. It can be replayed once the cause is mended.";
        leftovers::keep(&mut tx.conn(), now, received.at, tenant, &received.item, LeftoverReason::Failed, detail)
            .await?;
        tx.commit().await
    }

    fn wake(&self, woken: Woken) {
        if woken.turns {
            self.notifier.notify(Signal::Turn);
        }
        if woken.outbox {
            self.notifier.notify(Signal::Outbox);
        }
        if woken.media {
            self.notifier.notify(Signal::Media);
        }
        if woken.events {
            self.notifier.notify(Signal::Event);
        }
    }
}

/// A stored delivery and what it holds.
struct Pending {
    delivery: Delivery,
    items: Vec<Received>,
}

/// The oldest deliveries, decoded.
async fn read(conn: &mut Conn<'_>) -> Result<Vec<Pending>> {
    let mut bytes = 0;
    let fits = |delivery: &Delivery| {
        bytes += delivery.body.len();
        bytes <= BATCH_BYTES || bytes == delivery.body.len()
    };
    let deliveries = delivery::pending(conn, BATCH).await?.into_iter().take_while(fits);
    Ok(deliveries.map(|delivery| Pending { items: items(&delivery), delivery }).collect())
}

fn items(delivery: &Delivery) -> Vec<Received> {
    let items: Vec<Item> = decode(&delivery.body, delivery.received_at).items;
    items.into_iter().map(|item| Received { item, at: delivery.received_at }).collect()
}
