//! Tools, as the chat-completions API speaks of them.

use serde::Serialize;
use serde_json::Value;

/// Something that a model may ask for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolSpec {
    /// Up to 64 letters, digits, hyphens and underscores.
    pub name: String,
    pub description: String,
    /// A JSON schema of an object.
    pub parameters: Value,
}

/// What a model wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolWish {
    /// By which it knows the answer.
    pub id: String,
    pub name: String,
    /// As the model wrote them: JSON, if all is well.
    pub arguments: String,
}

/// A wish, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub wish: ToolWish,
    pub result: String,
}

/// What a model may ask for, and what it has.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    pub offered: &'a [ToolSpec],
    /// The oldest first.
    pub done: &'a [Exchange],
    /// Whether it may ask for more; else it is to answer.
    pub may_wish: bool,
    /// What came of `done`, in words, for a model that knows nothing of tools; empty: nothing is done.
    pub told: &'a str,
}
