//! Meta and a model on loopback, for the demo, tests and benchmarks.
//!
//! The simulator speaks the wire format of Meta's Graph API, of its OAuth dialog and of its
//! webhooks, and the chat-completions API of a model. It shares no type with the crates that call
//! it, so that a mistake in one cannot hide in the other, and production code never knows it: only
//! base URLs change.
//!
//! | path | what |
//! |---|---|
//! | `/` | an index of everything below |
//! | `/{version}/dialog/oauth` | the consent page ([`dialog`]) |
//! | `/{version}/…` | the Graph API ([`graph`]); the version may be left out |
//! | `/oidc/…` | an identity provider ([`oidc`]) |
//! | `/v1/…` | the model ([`model`]) |
//! | `/libretranslate/…` | a server that translates ([`model`]) |
//! | `/shop/…` | a business's own server, which its bot asks ([`shop`]) |
//! | `/mails` | the mails that were sent ([`mail`]); [`Simulator::smtp_url`] takes them |
//! | `/phone` | a phone in the browser ([`phone`]) |
//! | `/sim/…` | the controls for tests and benchmarks ([`control`]) |
//!
//! Everything is in memory and bounded, and is gone when the simulator stops.
#![expect(rustdoc::private_intra_doc_links, reason = "the map above is for readers of this crate")]

mod assets;
mod clock;
mod config;
mod connection;
mod control;
mod dialog;
mod graph;
mod ids;
mod mail;
mod model;
mod oidc;
mod phone;
mod shop;
mod simulator;
mod sync;
mod text;
mod webhook;
mod world;

pub use config::{SimulatorConfig, SimulatorError};
pub use simulator::Simulator;
