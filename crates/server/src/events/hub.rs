//! One reader of the event table for all watchers in the process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use switchboard_store::{
    Db, Notifier, Result, Scope, Signal, TenantId,
    event::{self, Event, Position},
};
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio_util::sync::CancellationToken;

/// Events read at a time.
const PAGE: i64 = 500;
/// Events kept for a watcher that is slower than they come. One that is slower still reads them from the table.
const BEHIND: usize = 1024;
/// The pause after a look, in which a burst gathers. It doubles while there is nothing new: on PostgreSQL an event shows
/// only when the transactions that began before its own are over, which may be a moment after the wake-up.
const PAUSE: Duration = Duration::from_millis(10);
/// Without a wake-up, the table is looked at this often.
const POLL: Duration = Duration::from_secs(1);

/// An event on its way to watchers.
#[derive(Debug, Clone)]
pub struct LiveEvent {
    pub position: Position,
    /// As `text/event-stream` writes it, made once for all watchers.
    pub frame: Bytes,
}

impl From<&Event> for LiveEvent {
    fn from(event: &Event) -> Self {
        let Event { position, kind, data, .. } = event;
        // JSON written on one line: a line break would end the field.
        Self { position: *position, frame: format!("id: {position}\nevent: {kind}\ndata: {}\n\n", data.0).into() }
    }
}

/// Hands new events to the watchers of their tenants. Cheap to clone.
#[derive(Debug, Clone)]
pub struct EventHub {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    db: Db,
    notifier: Notifier,
    /// Where events stood when the hub was opened.
    opened_at: Position,
    /// A channel for each tenant that somebody watches.
    channels: Mutex<HashMap<TenantId, Sender<LiveEvent>>>,
}

impl EventHub {
    /// To be opened before anybody watches: what was there before, watchers read for themselves.
    pub async fn open(db: Db, notifier: Notifier) -> Result<Self> {
        let mut tx = db.read(Scope::System).await?;
        let opened_at = event::newest(&mut tx.conn()).await?;
        drop(tx);
        Ok(Self { shared: Arc::new(Shared { db, notifier, opened_at, channels: Mutex::default() }) })
    }

    /// Every event of the tenant that shows in the table after this call is received, and maybe some of before.
    pub(super) fn subscribe(&self, tenant: TenantId) -> Receiver<LiveEvent> {
        self.channels().entry(tenant).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe()
    }

    pub(super) fn db(&self) -> &Db {
        &self.shared.db
    }

    /// Hands events on until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut handed_on = self.shared.opened_at;
        let mut wait = PAUSE;
        while !stop.is_cancelled() {
            let mut notified = std::pin::pin!(self.shared.notifier.notified(Signal::Event));
            // Before looking, so that what is written while we look is not slept through.
            notified.as_mut().enable();
            wait = match self.tick(&mut handed_on).await {
                Ok(true) => PAUSE,
                Ok(false) => (wait * 2).min(POLL),
                Err(error) => {
                    tracing::warn!(%error, "events could not be read; they are told later");
                    POLL
                }
            };
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = stop.cancelled() => return,
            }
            tokio::select! {
                () = notified => wait = PAUSE,
                () = tokio::time::sleep(wait.saturating_sub(PAUSE)) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Hands on what is new; whether there was anything.
    async fn tick(&self, handed_on: &mut Position) -> Result<bool> {
        let before = *handed_on;
        let mut tx = self.shared.db.read(Scope::System).await?;
        let conn = &mut tx.conn();
        if self.nobody_watches() {
            let newest = event::newest(conn).await?;
            // Asked again: who subscribed meanwhile counts on everything since the old place.
            if self.nobody_watches() {
                *handed_on = before.max(newest);
            }
            return Ok(false);
        }
        loop {
            let events = event::after(conn, *handed_on, PAGE).await?;
            let Some(last) = events.last() else { return Ok(*handed_on > before) };
            *handed_on = last.position;
            self.hand_on(&events);
        }
    }

    fn hand_on(&self, events: &[Event]) {
        let channels = self.channels();
        for event in events {
            if let Some(channel) = channels.get(&event.tenant_id) {
                // An error says that the last watcher has just left.
                let _ = channel.send(event.into());
            }
        }
    }

    fn nobody_watches(&self) -> bool {
        let mut channels = self.channels();
        channels.retain(|_, channel| channel.receiver_count() > 0);
        channels.is_empty()
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<TenantId, Sender<LiveEvent>>> {
        self.shared.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
