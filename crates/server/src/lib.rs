//! The binary `switchboard`, as a library so that tests start the real thing.

pub mod cli;
pub mod config;
pub mod demo;
pub mod events;
pub mod http;
mod lock_file;
mod mail;
mod meta;
pub mod serve;
pub mod telemetry;
mod workers;
