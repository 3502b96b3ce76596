//! What bots can do besides answering: HTTP actions and tools of MCP servers that their businesses have given them, and a
//! few abilities of every bot.
//!
//! What a tool answers is data, as a customer's words are. What changes something is done once at most: a call is
//! recorded before it is made, and whoever thinks the turn again finds it. In a trial nothing is changed.

mod abilities;
mod action;
mod address;
mod check;
mod consent;
mod mcp;
mod settings;
mod toolbox;
mod work;

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use switchboard_store::Vault;

pub use self::{
    action::Facts,
    address::without_values,
    settings::{Draft, HeadersChange, Kind, ToolsError, Tried},
    toolbox::call_name,
};
pub(crate) use self::{
    consent::{Asked, yes_and_no},
    toolbox::{Live, Toolbox, call_names},
    work::{Next, Work},
};
use crate::outward;

pub use switchboard_store::tool_call::{Made, MadeState};

/// Names and values of headers.
type Headers = BTreeMap<String, SecretString>;

/// Reads and changes the tools of bots, and opens what is sealed of them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tools {
    vault: Vault,
    http: reqwest::Client,
    /// Whether a tool may be at an address that is not of the public internet.
    private: bool,
}

impl Tools {
    pub fn new(vault: Vault, private: bool) -> Result<Self, reqwest::Error> {
        Ok(Self { vault, http: outward::client(private)?, private })
    }
}

/// What a tool came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) ok: bool,
    /// What the model reads.
    pub(crate) text: String,
    /// HTTP's.
    pub(crate) status: Option<u16>,
}

impl Outcome {
    fn failed(text: impl Into<String>) -> Self {
        Self { ok: false, text: text.into(), status: None }
    }
}

/// Characters of an answer that a model reads.
const READABLE: usize = 4_000;

/// As much of an answer as a model reads, and that it is not all.
fn readable(text: &str) -> String {
    // PostgreSQL stores no such character.
    let text = &text.replace('\0', "\u{fffd}");
    match text.char_indices().nth(READABLE) {
        Some((end, _)) => format!("{}\n(The rest was cut off.)", &text[..end]),
        None => text.to_owned(),
    }
}

/// As a request carries them, marked so that they are not printed; `Err`: one cannot be carried.
fn header_map(headers: &Headers) -> Result<HeaderMap, http::Error> {
    let pair = |(name, value): (&String, &SecretString)| {
        let mut value = HeaderValue::try_from(value.expose_secret())?;
        value.set_sensitive(true);
        Ok((HeaderName::try_from(name.as_str())?, value))
    };
    headers.iter().map(pair).collect()
}
