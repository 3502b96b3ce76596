//! What the simulated Meta posts to the app: signed, escaped and retried as Meta does.

pub(crate) mod envelope;
pub(crate) mod inbound;
pub(crate) mod sender;
pub(crate) mod statuses;
pub(crate) mod wire;
