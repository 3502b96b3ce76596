//! `{"error": {"message", "code", "error_data": {"details"}, …}}`, read leniently.

use std::time::Duration;

use serde::Deserialize;

use super::{GraphError, Kind};
use crate::lenient;

#[derive(Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "lenient::optional")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_number")]
    code: Option<i64>,
    #[serde(default, deserialize_with = "lenient::optional_number")]
    error_subcode: Option<i64>,
    #[serde(default, deserialize_with = "lenient::optional")]
    error_data: Option<Data>,
    #[serde(default, deserialize_with = "lenient::optional")]
    error_user_msg: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional")]
    fbtrace_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_transient: bool,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default, deserialize_with = "lenient::optional")]
    details: Option<String>,
}

impl GraphError {
    /// The error of an answer that is not a success.
    pub(crate) fn from_reply(status: u16, body: &[u8], retry_after: Option<Duration>) -> Self {
        Self::from_body(status, body, retry_after).unwrap_or_else(|| Self {
            retry_after,
            // Something between us and Graph answered, or Graph broke on the way.
            outcome_unknown: status >= 500,
            ..Self::new(Kind::of_status(status), "the answer holds no Graph error").with_status(status)
        })
    }

    /// The Graph error in a body, if there is one.
    pub(crate) fn from_body(status: u16, body: &[u8], retry_after: Option<Duration>) -> Option<Self> {
        let Envelope { error } = serde_json::from_slice(body).ok()?;
        let kind = error.code.and_then(Kind::of_code).unwrap_or_else(|| match Kind::of_status(status) {
            Kind::Request if error.is_transient => Kind::Transient,
            kind => kind,
        });
        Some(Self {
            kind,
            http_status: Some(status),
            code: error.code,
            subcode: error.error_subcode.and_then(|subcode| subcode.try_into().ok()),
            message: error.message.unwrap_or_else(|| "Graph gave no message".to_owned()),
            details: error.error_data.and_then(|data| data.details).or(error.error_user_msg),
            fbtrace_id: error.fbtrace_id,
            retry_after,
            outcome_unknown: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::Scope;
    use super::*;

    fn reply(status: u16, body: &Value) -> GraphError {
        GraphError::from_reply(status, body.to_string().as_bytes(), None)
    }

    #[test]
    fn the_code_counts_and_the_status_does_not() {
        assert_eq!(reply(500, &json!({"error": {"code": 131_047}})).kind, Kind::WindowClosed);
        assert_eq!(reply(400, &json!({"error": {"code": "190"}})).kind, Kind::Reauthorise);
        // A code that was used or has run out.
        assert_eq!(reply(400, &json!({"error": {"code": 100, "error_subcode": 36009}})).kind, Kind::Request);
    }

    #[test]
    fn an_unknown_code_is_classed_by_the_status() {
        assert_eq!(reply(400, &json!({"error": {"code": 999_999}})).kind, Kind::Request);
        assert_eq!(reply(400, &json!({"error": {"code": 999_999, "is_transient": true}})).kind, Kind::Transient);
        assert_eq!(reply(503, &json!({"error": {"code": 999_999}})).kind, Kind::Transient);
        assert_eq!(reply(429, &json!({"error": {}})).kind, Kind::Throttled(Scope::App));
    }

    #[test]
    fn only_an_answer_of_graph_settles_a_5xx() {
        assert!(!reply(500, &json!({"error": {"code": 131_000}})).outcome_unknown());
        for body in [json!({}), json!({"error": "down"}), json!("down"), json!([])] {
            assert!(reply(502, &body).outcome_unknown(), "{body}");
            assert!(!reply(400, &body).outcome_unknown(), "{body}");
        }
    }

    #[test]
    fn the_message_for_people_stands_in_for_missing_details() {
        let error = reply(400, &json!({"error": {"code": 100, "error_user_msg": "Try another name."}}));
        assert_eq!(error.details.as_deref(), Some("Try another name."));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        let name = prop_oneof![
            Just("message".to_owned()),
            Just("code".to_owned()),
            Just("error_subcode".to_owned()),
            Just("error_data".to_owned()),
            Just("details".to_owned()),
            ".*",
        ];
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(name.clone(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_in_an_error_is_read(status in 100..600u16, value in any_json()) {
            let error = reply(status, &json!({"error": value}));
            prop_assert_eq!(error.http_status, Some(status));
        }

        #[test]
        fn any_bytes_are_read(status in 100..600u16, bytes: Vec<u8>) {
            let error = GraphError::from_reply(status, &bytes, None);
            prop_assert_eq!(error.outcome_unknown(), status >= 500);
        }
    }
}
