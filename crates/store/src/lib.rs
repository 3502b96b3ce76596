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
pub mod bot_replay;
pub mod bot_run;
pub mod bot_test;
pub mod canned_reply;
mod clock;
pub mod contact;
pub mod contact_field;
pub mod conversation;
mod crash_point;
pub mod crawl;
mod db;
pub mod deletion_request;
pub mod delivery;
mod due_work;
pub mod early_status;
mod error;
pub mod event;
pub mod export_rows;
mod group_commit;
pub mod housekeeping;
pub mod identity;
pub mod impersonation;
pub mod invitation;
pub mod key_rotation;
pub mod knowledge;
pub mod knowledge_version;
pub mod label;
pub mod leftover;
pub mod mail;
pub mod media;
pub mod media_upload;
pub mod membership;
pub mod message;
pub mod message_passage;
mod migrations;
pub mod model_server;
pub mod model_use;
pub mod note;
mod notifier;
pub mod number;
pub mod oidc;
pub mod onboarding;
pub mod outbox;
mod pace;
pub mod passage_vector;
pub mod person;
pub mod person_token;
pub mod platform;
pub mod platform_audit;
pub mod preparation;
pub mod receipt;
pub mod saved_filter;
pub mod sealed;
pub mod search;
pub mod second_factor;
pub mod send_budget;
pub mod session;
mod sqlite;
pub mod summary;
pub mod template;
pub mod tenant;
pub mod tenant_deletion;
pub mod tenant_export;
pub mod tool;
pub mod tool_call;
pub mod transcript;
pub mod translation;
pub mod turn;
mod types;
pub mod unanswered;
pub mod usage;
mod vault;
pub mod waba;
mod zone;

pub use clock::{Clock, ManualClock, SharedClock, SystemClock, first_id_of, new_id};
pub use crash_point::crash_point;
pub use db::{Conn, Db, DbOptions, Durability, Scope, Tx};
pub use due_work::{DueWork, Workers, hold};
pub use error::{Error, Result};
pub use group_commit::{GroupCommit, Limits, Rejected};
pub use notifier::{Notifier, Signal};
pub use pace::Round;
pub use sqlite::{Sqlite, SqliteConnection, SqliteTx};
pub use types::*;
pub use vault::{Vault, VaultError};
pub use zone::{Day, Local, Zone};

#[cfg(test)]
mod plans_test;
#[cfg(test)]
mod statements_test;
