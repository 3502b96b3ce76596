//! Stories of conversations, on both databases, with Meta played in this process.

#![expect(clippy::unwrap_used, reason = "what a test relies on and does not find fails it")]

mod contacts;
mod delivery;
mod handback;
mod incoming;
mod limits;
mod sending;
mod statuses;
mod support;
mod takeover;
mod targets;
mod tenants;
mod turns;
