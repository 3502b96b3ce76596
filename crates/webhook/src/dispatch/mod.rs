//! Dispatching: stored deliveries, in the order of their arrival, become messages, statuses and events.
//!
//! Many deliveries share a transaction, which also deletes them: either all of it happened or none. If a batch fails for
//! a reason that lies in the data, its deliveries are tried one by one, and then item by item, so that a bad item is kept
//! as a leftover and holds back nobody. If it fails because the database is in trouble, it is tried again later.
//!
//! One process dispatches at a time (a lock on PostgreSQL; SQLite has one process): two of them could hand on the
//! messages of one conversation in either order.

mod handle;

use std::time::Duration;

use switchboard_store::{
    Db, Error, LeftoverReason, Millis, Notifier, Result, Scope, SharedClock, Signal, Tx, crash_point,
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
            match self.tick().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(error = %error, "deliveries could not be dispatched"),
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
        let now = self.clock.now();
        let batch = self.pending(now).await?;
        if batch.is_empty() {
            return Ok(false);
        }
        // Decoded outside the transaction, which on SQLite keeps every other writer waiting.
        let decoded: Vec<_> = batch.iter().map(|delivery| (delivery, read(delivery))).collect();
        let items: Vec<_> = decoded.iter().flat_map(|(_, items)| items).collect();
        let seqs: Vec<_> = batch.iter().map(|delivery| delivery.seq).collect();
        match self.all_at_once(now, &items, &seqs).await {
            Ok(Some(woken)) => {
                self.wake(woken);
                return Ok(true);
            }
            Ok(None) => return Ok(false),
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => {
                let deliveries = batch.len();
                tracing::warn!(error = %error, deliveries, "a batch failed; its deliveries are tried one by one");
            }
        }
        for (delivery, items) in &decoded {
            self.one_by_one(now, delivery, items).await?;
        }
        Ok(true)
    }

    async fn pending(&self, now: Millis) -> Result<Vec<Delivery>> {
        let mut tx = self.db.read(Scope::System).await?;
        let mut batch = delivery::pending(&mut tx.conn(), now, BATCH).await?;
        let mut bytes = 0;
        let fits = batch.iter().take_while(|delivery| {
            bytes += delivery.body.len();
            bytes <= BATCH_BYTES
        });
        let fits = fits.count().max(1);
        batch.truncate(fits);
        Ok(batch)
    }

    /// `None`: another process dispatches.
    async fn begin(&self) -> Result<Option<Tx>> {
        let mut tx = self.db.write(Scope::System).await?;
        Ok(delivery::try_lock(&mut tx.conn()).await?.then_some(tx))
    }

    async fn all_at_once(&self, now: Millis, items: &[&Received], seqs: &[i64]) -> Result<Option<Woken>> {
        let Some(mut tx) = self.begin().await? else {
            return Ok(None);
        };
        // First, so that what another process has dispatched since we looked is noticed before anything is done.
        delivery::delete(&mut tx.conn(), seqs).await?;
        let woken = handle(&mut tx.conn(), now, items).await?;
        crash_point("dispatch.handled");
        tx.commit().await?;
        crash_point("dispatch.committed");
        metrics::counter!("switchboard_webhook_items_total").increment(items.len() as u64);
        Ok(Some(woken))
    }

    async fn one_by_one(&self, now: Millis, delivery: &Delivery, items: &[Received]) -> Result<()> {
        let all: Vec<_> = items.iter().collect();
        match self.all_at_once(now, &all, &[delivery.seq]).await {
            Ok(woken) => {
                self.wake(woken.unwrap_or_default());
                return Ok(());
            }
            Err(error) if error.is_transient() => return self.postpone(now, delivery).await,
            // Somebody else has dispatched it.
            Err(Error::RowCount { table: "webhook_delivery", .. }) => return Ok(()),
            Err(_) => {}
        }
        for received in items {
            if let Err(error) = self.alone(now, received).await {
                if error.is_transient() {
                    return self.postpone(now, delivery).await;
                }
                self.give_up_on(now, received, &error).await?;
            }
        }
        let mut tx = self.db.write(Scope::System).await?;
        delivery::delete(&mut tx.conn(), &[delivery.seq]).await?;
        tx.commit().await
    }

    async fn alone(&self, now: Millis, received: &Received) -> Result<()> {
        let mut tx = self.db.write(Scope::System).await?;
        let woken = handle(&mut tx.conn(), now, &[received]).await?;
        tx.commit().await?;
        self.wake(woken);
        Ok(())
    }

    async fn give_up_on(&self, now: Millis, received: &Received, error: &Error) -> Result<()> {
        tracing::error!(error = %error, item = ?received.item.route, "an item could not be handled and is kept");
        let mut tx = self.db.write(Scope::System).await?;
        let tenant = handle::tenant_of(&mut tx.conn(), &received.item).await?;
        let detail = "Handling it failed. It can be replayed once the cause is mended.";
        leftovers::keep(&mut tx.conn(), now, received.at, tenant, &received.item, LeftoverReason::Failed, detail)
            .await?;
        tx.commit().await
    }

    async fn postpone(&self, now: Millis, delivery: &Delivery) -> Result<()> {
        let seconds = 1_u64 << delivery.attempts.clamp(0, 8);
        let mut tx = self.db.write(Scope::System).await?;
        delivery::postpone(&mut tx.conn(), delivery.seq, now + Duration::from_secs(seconds)).await?;
        tx.commit().await
    }

    fn wake(&self, woken: Woken) {
        if woken.turns {
            self.notifier.notify(Signal::Turn);
        }
        if woken.outbox {
            self.notifier.notify(Signal::Outbox);
        }
        if woken.events {
            self.notifier.notify(Signal::Event);
        }
    }
}

fn read(delivery: &Delivery) -> Vec<Received> {
    let items: Vec<Item> = decode(&delivery.body, delivery.received_at).items;
    items.into_iter().map(|item| Received { item, at: delivery.received_at }).collect()
}
