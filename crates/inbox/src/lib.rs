//! Contacts, conversations and messages; who is in control; what is to leave and how it leaves.
//!
//! Knows nothing of HTTP, and of Meta's JSON only what `graph-client` has types for. What comes in arrives as the types
//! of [`incoming`], decoded by whoever received it.
//!
//! Everything that changes a conversation follows one pattern: lock the conversation's row, read what belongs to it,
//! decide here in Rust, save. The row lock is what puts two changes in order, on PostgreSQL across replicas. The rules
//! that must never break (takeover wins, one answer for a burst, once out) are therefore plain functions over plain data
//! in [`rules`], and the modules around them only load and save.

mod access;
pub mod canned_replies;
pub mod contact_details;
pub mod contact_fields;
mod contacts;
pub mod control;
pub mod delivery;
mod events;
mod failure;
mod field;
mod given_phone;
pub mod incoming;
pub mod labels;
pub mod media;
pub mod notes;
pub mod organising;
mod outbound;
pub mod overview;
pub mod receipts;
pub mod receive;
pub mod rules;
pub mod saved_filters;
pub mod search;
pub mod send;
pub mod status;
pub mod suspension;
pub mod templates;
pub mod text;
pub mod tool_calls;
pub mod transcripts;
pub mod turns;
pub mod typing;
pub mod usage;
pub mod window;

pub use events::{
    CANNED_REPLIES_UPDATED, CONTACT_FIELDS_UPDATED, CONTACT_UPDATED, CONVERSATION_TYPING, CONVERSATION_UPDATED,
    FILTERS_UPDATED, LABELS_UPDATED, MESSAGE_CREATED, MESSAGE_UPDATED, NOTE_CREATED, NOTE_DELETED, NOTE_UPDATED,
    TOOL_CALLED,
};
pub use failure::Failure;
pub use field::{InvalidField, is_language_code};
