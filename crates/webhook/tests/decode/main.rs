//! The decoder, by what Meta sends. The fixtures are the examples of Meta's documentation and what public integrations
//! were seen to receive, one file per kind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod accounts;
mod elsewhere;
mod laws;
mod leniency;
mod messages;
mod people;
mod properties;
mod statuses;
mod support;
