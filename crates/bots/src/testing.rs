//! Tests of a bot: what a customer may say, and what must come of it. Run after a change, they show what it has done.
//!
//! A run thinks about each test as the playground does: nothing is sent, and what the model uses is counted alike.

mod cases;
mod judge;
mod news;
pub mod replay;
mod runs;
mod trial;
mod worker;

use switchboard_store::Workers;
use tokio_util::sync::CancellationToken;

use self::{
    replay::Replays,
    trial::{Runs, Trial},
    worker::Tests,
};
use crate::{bot::InvalidSetting, turn::TurnParts};

pub use cases::{Case, MAX_TESTS, MAX_TURNS, add, delete, update};
pub use runs::{RUNS_KEPT, start};
pub use switchboard_store::bot_test::{BotTest, Detail, Expected, Failure, Run, TestLine, TestPassage, TestResult};

/// Runs of each kind that a process works on at a time.
const AT_ONCE: usize = 4;

/// Works on runs of tests, and on replays. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Trials {
    tests: Workers<Runs<Tests>>,
    replays: Workers<Runs<Replays>>,
}

impl Trials {
    pub fn new(parts: &TurnParts) -> Self {
        Self { tests: workers(Tests { parts: parts.clone() }), replays: workers(Replays { parts: parts.clone() }) }
    }

    /// Works until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(self.tests.run(stop.clone()), self.replays.run(stop));
    }
}

fn workers<T: Trial>(trial: T) -> Workers<Runs<T>> {
    let notifier = trial.parts().notifier.clone();
    Workers::new(Runs(trial), notifier, T::SIGNAL, AT_ONCE)
}

#[derive(Debug, thiserror::Error)]
pub enum TestError {
    #[error("there is no such bot or test")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    #[error("a bot can have at most {MAX_TESTS} tests")]
    Full,
    #[error("the bot has no tests")]
    NoTests,
    #[error("a run of the bot's tests is under way")]
    UnderWay,
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}
