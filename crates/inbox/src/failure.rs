//! Why a message did not leave or did not arrive, in words for people and with Meta's own for the support case.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_graph_client::{GraphError, Kind};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Meta's error code, where Meta said something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What happened and why, for the operator.
    pub message: String,
    /// Meta's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// What Meta's support asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fbtrace_id: Option<String>,
}

impl Failure {
    pub(crate) fn of(message: impl Into<String>) -> Self {
        Self { code: None, message: message.into(), details: None, fbtrace_id: None }
    }

    pub(crate) fn from_graph(error: &GraphError) -> Self {
        Self {
            code: error.code,
            message: error.plain_reason().to_owned(),
            details: error.details.clone().or_else(|| Some(error.message.clone())),
            fbtrace_id: error.fbtrace_id.clone(),
        }
    }

    /// From an entry of `errors` in a status webhook.
    pub(crate) fn from_webhook(error: &Value) -> Self {
        let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
        let details = error.pointer("/error_data/details").and_then(Value::as_str).map(str::to_owned);
        let code = error.get("code").and_then(Value::as_i64);
        let known = code.and_then(|code| Some(Kind::of_code(code)?.plain_reason(Some(code)).to_owned()));
        let title = text("title").or_else(|| text("message"));
        Self {
            code,
            details: details.or_else(|| text("message")).or_else(|| title.clone().filter(|_| known.is_some())),
            message: known.or(title).unwrap_or_else(|| "WhatsApp did not deliver the message.".into()),
            fbtrace_id: None,
        }
    }

    pub(crate) fn to_value(&self) -> Value {
        serde_json::json!(self)
    }
}
