//! What tests may turn: delays, the course of statuses, lifetimes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::sync::lock;

/// How the statuses of sent messages come.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusMode {
    /// `sent`, then `delivered`; `read` when a phone page has the chat open.
    #[default]
    Auto,
    /// None but those of `POST /sim/status`.
    Manual,
    /// `read`, `delivered`, `sent`.
    Reversed,
    /// As `auto`, each of them twice.
    Duplicate,
}

/// Whether the service window is kept.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WindowMode {
    /// As Meta: free-form messages only within 24 hours of the customer's last one.
    #[default]
    Strict,
    /// Open to everybody, for load generators that sign their own webhooks.
    Open,
}

/// All settings.
pub(crate) struct Settings {
    delays: [AtomicU64; 5],
    modes: Mutex<Modes>,
    /// Seconds that new tokens live; never-ending when not positive.
    token_life_s: AtomicI64,
}

#[derive(Clone, Copy, Default)]
struct Modes {
    status: StatusMode,
    window: WindowMode,
}

/// The things that can be slowed, in milliseconds.
#[derive(Clone, Copy)]
pub(crate) enum Delay {
    /// Before a message is accepted.
    Messages,
    /// Before the model answers.
    Model,
    /// From accepting a message to its status `sent`.
    Sent,
    /// From `sent` to `delivered`.
    Delivered,
    /// From creating a template to its approval.
    Template,
}

const DEFAULT_DELAYS: [u64; 5] = [0, 0, 20, 120, 1500];

impl Default for Settings {
    fn default() -> Self {
        Self { delays: DEFAULT_DELAYS.map(AtomicU64::new), modes: Mutex::default(), token_life_s: AtomicI64::new(0) }
    }
}

impl Settings {
    pub(crate) fn reset(&self) {
        for (delay, ms) in self.delays.iter().zip(DEFAULT_DELAYS) {
            delay.store(ms, Ordering::Relaxed);
        }
        *lock(&self.modes) = Modes::default();
        self.token_life_s.store(0, Ordering::Relaxed);
    }

    pub(crate) fn delay_ms(&self, of: Delay) -> u64 {
        self.delays[of as usize].load(Ordering::Relaxed)
    }

    pub(crate) fn set_delay(&self, of: Delay, ms: u64) {
        self.delays[of as usize].store(ms, Ordering::Relaxed);
    }

    /// Waits as long as `of` is set to, and not at all when that is nothing.
    pub(crate) async fn wait(&self, of: Delay) {
        let ms = self.delay_ms(of);
        if ms > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
        }
    }

    pub(crate) fn status_mode(&self) -> StatusMode {
        lock(&self.modes).status
    }

    pub(crate) fn set_status_mode(&self, mode: StatusMode) {
        lock(&self.modes).status = mode;
    }

    pub(crate) fn window_mode(&self) -> WindowMode {
        lock(&self.modes).window
    }

    pub(crate) fn set_window_mode(&self, mode: WindowMode) {
        lock(&self.modes).window = mode;
    }

    pub(crate) fn token_life_s(&self) -> Option<i64> {
        Some(self.token_life_s.load(Ordering::Relaxed)).filter(|life| *life > 0)
    }

    pub(crate) fn set_token_life_s(&self, life: Option<i64>) {
        self.token_life_s.store(life.unwrap_or(0), Ordering::Relaxed);
    }
}
