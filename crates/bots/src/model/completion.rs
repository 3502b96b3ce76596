//! The request and the answer on the wire: as little as all servers agree on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ModelError;
use super::client::Shaped;
use super::tools::{Exchange, ToolSpec, ToolWish};
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
    /// What it wants done before it answers.
    pub wishes: Vec<ToolWish>,
}

#[derive(Serialize)]
pub(super) struct CompletionRequest<'a> {
    pub(super) model: &'a str,
    pub(super) messages: Vec<WireMessage<'a>>,
    #[serde(flatten)]
    pub(super) limit: OutputLimit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_format: Option<ResponseFormat<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tools: Vec<OfferedTool<'a>>,
    /// `none`: it is to answer now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<&'static str>,
}

/// A message, or a part of an exchange with tools.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum WireMessage<'a> {
    Said(&'a ChatMessage),
    Wish {
        role: &'static str,
        // Some servers want it to be there.
        content: &'static str,
        tool_calls: [WireWish<'a>; 1],
    },
    Result {
        role: &'static str,
        tool_call_id: &'a str,
        content: &'a str,
    },
    Told(ChatMessage),
}

impl<'a> WireMessage<'a> {
    /// What was wanted, and what came of it.
    pub(super) fn exchange(exchange: &'a Exchange) -> [Self; 2] {
        let ToolWish { id, name, arguments } = &exchange.wish;
        let wish = WireWish { id, kind: "function", function: WireFunction { name, arguments } };
        [
            Self::Wish { role: "assistant", content: "", tool_calls: [wish] },
            Self::Result { role: "tool", tool_call_id: id, content: &exchange.result },
        ]
    }
}

#[derive(Serialize)]
pub(super) struct WireWish<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    function: WireFunction<'a>,
}

#[derive(Serialize)]
struct WireFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

#[derive(Serialize)]
pub(super) struct OfferedTool<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: &'a ToolSpec,
}

impl<'a> From<&'a ToolSpec> for OfferedTool<'a> {
    fn from(function: &'a ToolSpec) -> Self {
        Self { kind: "function", function }
    }
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
    #[serde(default)]
    tool_calls: Option<Vec<Called>>,
}

#[derive(Deserialize)]
struct Called {
    #[serde(default)]
    id: Option<String>,
    function: CalledFunction,
}

#[derive(Deserialize)]
struct CalledFunction {
    name: String,
    /// JSON as a text; of some servers, JSON.
    #[serde(default)]
    arguments: Value,
}

impl Called {
    /// `place`: among those of one answer, for servers that give no ids.
    fn into_wish(self, place: usize) -> ToolWish {
        let arguments = match self.function.arguments {
            Value::String(text) => text,
            Value::Null => String::new(),
            arguments => arguments.to_string(),
        };
        let id = self.id.filter(|id| !id.is_empty()).unwrap_or_else(|| format!("call_{place}"));
        ToolWish { id, name: self.function.name, arguments }
    }
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

/// In millionths of a dollar. No request costs more: whoever says so would fill what is added up.
pub(crate) const HIGHEST_COST: i64 = 1_000_000_000;

/// From dollars to millionths of one; `None`: it is no cost.
#[expect(clippy::cast_possible_truncation, reason = "what is far beyond the highest cost becomes a number beyond it")]
pub fn cost_micros(dollars: f64) -> Option<i64> {
    let micros = (dollars * 1_000_000.0).round();
    (micros >= 0.0).then_some(micros as i64).filter(|micros| *micros <= HIGHEST_COST)
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
        let called = choice.message.tool_calls.unwrap_or_default();
        Ok(Completion {
            text: choice.message.content.map(Content::into_text).unwrap_or_default(),
            wishes: called.into_iter().enumerate().map(|(place, called)| called.into_wish(place)).collect(),
            prompt_tokens: self.usage.as_ref().and_then(|usage| usage.prompt_tokens),
            completion_tokens: self.usage.as_ref().and_then(|usage| usage.completion_tokens),
            cost_micros: self.usage.and_then(|usage| cost_micros(usage.cost?)),
            is_shaped: false,
        })
    }
}
