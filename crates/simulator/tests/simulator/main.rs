//! The simulator over HTTP, as its callers see it.

mod control;
mod dialog;
mod faults;
mod graph;
mod mails;
mod messages;
mod model;
mod phone;
mod statuses;
mod support;
mod webhooks;
