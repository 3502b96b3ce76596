//! A language model behind any server of the chat-completions API (OpenAI, Azure, vLLM, Ollama, llama.cpp, ...).
//!
//! `async-openai` builds the requests; the transport is ours, because its own retries for minutes, hides `Retry-After`,
//! and logs bodies, which are customers' words. Nothing here retries: whoever holds the turn decides.

mod client;
mod completion;
mod config;
mod embedding;
mod error;
mod tools;
pub(crate) mod transport;

pub use client::{Model, Prompt, Shaped};
pub(crate) use completion::HIGHEST_COST;
pub use completion::{Completion, cost_micros};
pub use config::ModelConfig;
pub(crate) use config::key_headers;
pub use embedding::Embedded;
pub use error::ModelError;
pub use tools::{Exchange, ToolSpec, ToolWish, Tools};
