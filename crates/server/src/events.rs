//! Live events, from the database to whoever watches.
//!
//! The event table is the truth and has an order ([`Position`](switchboard_store::event::Position)). One reader in the
//! process, the [`EventHub`], hands what is new to the watchers; a [`Feed`] is what one watcher sees of it: first what it
//! has missed, read from the table, then what the hub hands on, each event once and in order.

mod feed;
mod hub;

pub use feed::{Beginning, Feed};
pub use hub::{EventHub, LiveEvent};
