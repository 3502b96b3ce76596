//! The rhythm of workers that take their work in rounds.

use std::time::Duration;

use tokio::time::Instant;

const SHORTEST: Duration = Duration::from_millis(2);
const LONGEST: Duration = Duration::from_millis(20);

/// A round of work. What comes in while a worker rests makes the next round larger, and a round costs its statements and
/// its commit however much it holds; on `SQLite` the others get the writer meanwhile, the acknowledgement of webhooks above all.
#[derive(Debug)]
pub struct Round {
    began: Instant,
}

impl Round {
    pub fn begin() -> Self {
        Self { began: Instant::now() }
    }

    /// Rests as long as the round took, within limits.
    pub async fn rest(self) {
        tokio::time::sleep(self.began.elapsed().clamp(SHORTEST, LONGEST)).await;
    }
}
