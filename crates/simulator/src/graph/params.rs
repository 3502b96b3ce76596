//! Parameters of a call. Graph takes them from the query, a form or a JSON object alike.

use serde_json::{Map, Value};

use super::GraphError;

/// All parameters of one call, by name.
pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Of a call without a body.
    pub(crate) fn of_query(query: &str) -> Self {
        Self::read(query, b"")
    }

    /// A body's parameters go before those of the query.
    pub(crate) fn read(query: &str, body: &[u8]) -> Self {
        let mut all = form(query.as_bytes());
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => all.extend(object),
            _ => all.extend(form(body)),
        }
        Self(all)
    }

    /// A parameter as text; numbers are taken as their digits.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    pub(crate) fn required(&self, name: &str) -> Result<String, GraphError> {
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(|| GraphError::required(name))
    }

    /// A parameter as JSON; in a query or a form it is JSON inside of the text.
    pub(crate) fn json(&self, name: &str) -> Option<Value> {
        match self.0.get(name)? {
            Value::String(text) => serde_json::from_str(text).ok(),
            value => Some(value.clone()),
        }
    }
}

fn form(bytes: &[u8]) -> Map<String, Value> {
    url::form_urlencoded::parse(bytes)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}
