//! Sending messages. Source: Cloud API, "Send messages" and its pages per type.

mod body;
mod interactive;
mod limits;
mod send;
mod validate;
mod wire;

pub use body::{MediaRef, MessageBody, OutgoingMessage, Recipient};
pub use interactive::{Button, Header, Interactive, Row, Section};
pub use limits::{Invalid, Rule};
pub use send::Sent;
