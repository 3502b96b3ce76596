//! Files: where they are kept, what their bytes show, and what WhatsApp takes.
//!
//! What somebody says about a file is never believed. Its type is read from its bytes ([`sniff`]); what it may be sent as
//! ([`accept`]) and how a browser may be given it ([`is_shown_inline`]) follow from that. Knows no conversation and no Meta.

mod accept;
mod name;
mod sniff;
mod store;

pub use accept::{Accepted, Refusal, accept, limit};
pub use name::clean_name;
pub use sniff::{HEAD, Told, compare, is_shown_inline, sniff};
pub use store::{Key, MediaStore, MediaStoreError, Reading, StoredFile, Writing};
