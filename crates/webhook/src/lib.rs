//! What Meta posts: verified, stored, decoded, handed on.
//!
//! [`receive`] answers Meta, and only after the raw delivery is on disk. [`dispatch`] takes stored deliveries in the
//! order of their arrival, decodes them ([`decode`]) and hands every item to whom it concerns, in one transaction with
//! the removal of the delivery. What nobody understands is kept and can be replayed ([`leftovers`]).

pub mod decode;
pub mod dispatch;
pub mod handshake;
pub mod leftovers;
pub mod receive;
