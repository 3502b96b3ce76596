//! Tests of a bot: what a customer may say, and what must come of it. Run after a change, they show what it has done.
//!
//! A run thinks about each test as the playground does: nothing is sent, and what the model uses is counted alike.

mod cases;
mod judge;
mod runs;
mod worker;

use crate::bot::InvalidSetting;

pub use cases::{Case, MAX_TESTS, MAX_TURNS, add, delete, update};
pub use runs::{RUNS_KEPT, start};
pub use switchboard_store::bot_test::{BotTest, Detail, Expected, Failure, Run, TestLine, TestPassage, TestResult};
pub use worker::Tester;

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
