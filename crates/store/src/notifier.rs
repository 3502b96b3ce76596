//! Wake-ups: a hint that there is work, never the work itself.
//!
//! Every worker looks at its table when it is woken and, failing that, about once a second. So a lost wake-up costs a
//! moment and nothing else. Within a process the hint is a [`tokio::sync::Notify`]. Between processes on PostgreSQL it
//! is `NOTIFY`, sent outside the transactions that cause it and at most once in a while for each signal: inside them it
//! would serialise all commits of the database on one lock.

use std::{sync::Arc, time::Duration};

use sqlx::postgres::PgListener;
use tokio::sync::{Notify, futures::Notified};

use crate::Db;

const CHANNEL: &str = "switchboard";
/// Other processes hear of a burst of signals at most this often.
const COALESCE: Duration = Duration::from_millis(5);

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A webhook delivery was stored.
    Delivery,
    /// A conversation's turn was scheduled.
    Turn,
    /// A message was queued for sending.
    Outbox,
    /// An event was written.
    Event,
    /// A mail was queued.
    Mail,
    /// A file is to be fetched, uploaded or deleted.
    Media,
    /// A run of a bot's tests was asked for.
    BotTests,
    /// A replay was asked for.
    Replay,
    /// A web page is to be read.
    Crawl,
    /// A voice note is to be written down.
    Transcript,
    /// What a bot knows is to be made ready for being searched.
    Knowledge,
}

/// How many there are.
const SIGNALS: usize = 11;

impl Signal {
    const ALL: [Self; SIGNALS] = [
        Self::Delivery,
        Self::Turn,
        Self::Outbox,
        Self::Event,
        Self::Mail,
        Self::Media,
        Self::BotTests,
        Self::Replay,
        Self::Crawl,
        Self::Transcript,
        Self::Knowledge,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Turn => "turn",
            Self::Outbox => "outbox",
            Self::Event => "event",
            Self::Mail => "mail",
            Self::Media => "media",
            Self::BotTests => "bot_tests",
            Self::Replay => "replay",
            Self::Crawl => "crawl",
            Self::Transcript => "transcript",
            Self::Knowledge => "knowledge",
        }
    }
}

#[derive(Debug, Default)]
struct Signals {
    local: [Notify; SIGNALS],
    remote: [Notify; SIGNALS],
}

/// Passes signals on. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Notifier {
    signals: Arc<Signals>,
}

impl Notifier {
    /// A notifier for `db`; on PostgreSQL it also carries signals to and from the other processes until it is dropped
    /// with the runtime.
    pub fn start(db: &Db) -> Self {
        let notifier = Self::default();
        if let Db::Postgres(pool) = db {
            tokio::spawn(listen(pool.clone(), Arc::clone(&notifier.signals)));
            for signal in Signal::ALL {
                tokio::spawn(tell_others(pool.clone(), Arc::clone(&notifier.signals), signal));
            }
        }
        notifier
    }

    /// Says that there is work. Call it after the commit.
    pub fn notify(&self, signal: Signal) {
        self.signals.local[signal as usize].notify_waiters();
        self.signals.remote[signal as usize].notify_one();
    }

    /// Resolves at the next signal. Registers at once (`enable` it before looking for work), so that a signal between
    /// looking and waiting is not missed.
    pub fn notified(&self, signal: Signal) -> Notified<'_> {
        self.signals.local[signal as usize].notified()
    }
}

async fn tell_others(pool: sqlx::PgPool, signals: Arc<Signals>, signal: Signal) {
    loop {
        signals.remote[signal as usize].notified().await;
        // A failure is no loss: the others look once a second anyway.
        let _ = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(signal.name()).execute(&pool).await;
        if pool.is_closed() {
            return;
        }
        tokio::time::sleep(COALESCE).await;
    }
}

async fn listen(pool: sqlx::PgPool, signals: Arc<Signals>) {
    while !pool.is_closed() {
        if let Err(error) = listen_once(&pool, &signals).await {
            if pool.is_closed() {
                return;
            }
            tracing::warn!(error = %error, "wake-ups from other processes are interrupted; polling goes on");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn listen_once(pool: &sqlx::PgPool, signals: &Signals) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let notification = listener.recv().await?;
        for signal in Signal::ALL {
            if notification.payload() == signal.name() {
                signals.local[signal as usize].notify_waiters();
            }
        }
    }
}
