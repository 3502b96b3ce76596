//! The database: one handle over SQLite and PostgreSQL, and all SQL of the program.
//!
//! Rules of this crate:
//! * A repository function takes a [`Conn`] and, unless it serves a worker that works for all, a [`TenantId`] first.
//!   Its statement names the tenant. On PostgreSQL row-level security checks it again: see [`Scope`].
//! * It finds, stores and counts; it does not decide. Whoever decides locks the conversation's row first
//!   ([`conversation::lock`]) and decides on what the lock showed, never on a subquery of the same statement: after a
//!   wait for the lock, PostgreSQL re-reads the locked row only, and a subquery still sees what was before.
//! * A write that must touch one row and touched another number of rows is an error ([`Error::RowCount`]).
//! * There is no `now()` in SQL. Time is a parameter ([`Clock`]).
//! * Every statement stands in a `statements!` block, so that a test can prepare all of them on both engines.

pub mod api_key;
pub mod app_data_sync;
pub mod audit;
pub mod bot;
mod clock;
pub mod contact;
pub mod conversation;
mod crash_point;
mod db;
pub mod deletion_request;
pub mod delivery;
pub mod early_status;
mod error;
pub mod event;
mod group_commit;
pub mod housekeeping;
pub mod invitation;
pub mod knowledge;
pub mod leftover;
pub mod mail;
pub mod membership;
pub mod message;
mod migrations;
mod notifier;
pub mod number;
pub mod onboarding;
pub mod outbox;
mod pace;
pub mod person;
pub mod person_token;
pub mod second_factor;
pub mod send_budget;
pub mod session;
mod sqlite;
pub mod tenant;
mod types;
mod vault;
pub mod waba;

pub use clock::{Clock, ManualClock, SharedClock, SystemClock, new_id};
pub use crash_point::crash_point;
pub use db::{Conn, Db, DbOptions, Durability, Scope, Tx};
pub use error::{Error, Result};
pub use group_commit::{GroupCommit, Limits, Rejected};
pub use notifier::{Notifier, Signal};
pub use pace::Round;
pub use sqlite::{Sqlite, SqliteConnection, SqliteTx};
pub use types::*;
pub use vault::{Vault, VaultError};

#[cfg(test)]
mod statements_test;
