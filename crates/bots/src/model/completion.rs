//! The request and the answer on the wire: as little as all servers agree on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ModelError;
use super::client::Shaped;
use crate::prompt::ChatMessage;

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// As the model wrote it; may be empty.
    pub text: String,
    /// Tokens as the server counted them; `None` where it does not say.
    pub prompt_tokens: Option<u32>,
    pub completion_tokens: Option<u32>,
    /// In millionths of a dollar; only few servers say it.
    pub cost_micros: Option<i64>,
    /// Whether it was asked for in a shape. Some servers take the wish and do not keep to it.
    pub is_shaped: bool,
}

#[derive(Serialize)]
pub(super) struct CompletionRequest<'a> {
    pub(super) model: &'a str,
    pub(super) messages: &'a [ChatMessage],
    #[serde(flatten)]
    pub(super) limit: OutputLimit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_format: Option<ResponseFormat<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ResponseFormat<'a> {
    JsonSchema { json_schema: JsonSchema<'a> },
}

#[derive(Serialize)]
pub(super) struct JsonSchema<'a> {
    name: &'a str,
    strict: bool,
    schema: &'a Value,
}

impl<'a> ResponseFormat<'a> {
    pub(super) fn of(shaped: Shaped<'a>) -> Self {
        Self::JsonSchema { json_schema: JsonSchema { name: shaped.name, strict: true, schema: shaped.schema } }
    }
}

/// OpenAI's newer models know only the second name, many other servers only the first.
#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum OutputLimit {
    MaxTokens(u32),
    MaxCompletionTokens(u32),
}

/// `async-openai`'s own type insists on `id`, `object`, `created` and `role`, which some servers leave out.
#[derive(Deserialize)]
pub(super) struct CompletionResponse {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<Content>,
}

/// Text, or the parts some servers cut it into.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: Option<u32>,
    #[serde(default)]
    completion_tokens: Option<u32>,
    /// In dollars, as `OpenRouter` tells it.
    #[serde(default)]
    cost: Option<f64>,
}

/// From dollars to millionths of one; `None`: it is no cost.
#[expect(clippy::cast_possible_truncation, reason = "it is far below the limit: what is not is no cost")]
pub(crate) fn cost_micros(dollars: f64) -> Option<i64> {
    let micros = (dollars * 1_000_000.0).round();
    (0.0..1e15).contains(&micros).then_some(micros as i64)
}

impl Content {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}

impl CompletionResponse {
    pub(super) fn into_completion(self) -> Result<Completion, ModelError> {
        let choice = self.choices.into_iter().next().ok_or(ModelError::Invalid("it holds no choice"))?;
        Ok(Completion {
            text: choice.message.content.map(Content::into_text).unwrap_or_default(),
            prompt_tokens: self.usage.as_ref().and_then(|usage| usage.prompt_tokens),
            completion_tokens: self.usage.as_ref().and_then(|usage| usage.completion_tokens),
            cost_micros: self.usage.and_then(|usage| cost_micros(usage.cost?)),
            is_shaped: false,
        })
    }
}
