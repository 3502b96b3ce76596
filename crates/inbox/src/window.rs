//! The service window: the 24 hours after a customer's last message in which free-form messages are allowed.
//!
//! Meta refuses later ones with 131047 and offers templates; we refuse them first, and say until when it was open.

use std::time::Duration;

use switchboard_store::Millis;

pub const SERVICE_WINDOW: Duration = Duration::from_hours(24);

/// A conversation's window at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub open: bool,
    /// When it closes or closed; `None`: the customer has never written.
    pub closes_at: Option<Millis>,
}

/// `last_inbound_at`: when the customer last wrote, by Meta's clock.
pub fn window(last_inbound_at: Option<Millis>, now: Millis) -> Window {
    let closes_at = last_inbound_at.map(|at| at + SERVICE_WINDOW);
    Window { open: closes_at.is_some_and(|at| at > now), closes_at }
}
