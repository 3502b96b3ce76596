//! Replays: what a bot would say today to what customers said once, beside what they were told then.
//!
//! What was said stays what it was: each burst is thought about on the conversation as it went, at the moment it was said,
//! and not on what the replay would have answered before. Nothing is sent or written into a conversation, and what a bot
//! does not know is not put down as a question to be taught.

mod bursts;
mod judge;
mod start;
mod worker;

pub use start::{Gathered, REPLAYS_KEPT, ReplayError, Wanted, delete, gather, start, stop};
pub use switchboard_store::bot_replay::{
    Answer, Asked, OldSource, Past, Present, Replay, ReplayFilter, ReplayedBurst, bursts, get, list,
};
pub(super) use worker::Replays;
