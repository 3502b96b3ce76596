//! What a request carries, read and checked before the handler runs.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, error::JsonPayloadError, web::Json};
use garde::Validate;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use switchboard_store::Millis;

use super::problem::Problem;

/// A JSON body that keeps to its type's limits. Unknown fields are ignored.
#[derive(Debug, Clone)]
pub struct Valid<T>(pub T);

impl<T> FromRequest for Valid<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = Json::<Box<RawValue>>::from_request(request, payload);
        Box::pin(async move {
            let Json(raw) = json.await?;
            if has_nul(raw.get()) {
                return Err(Problem::malformed("it holds the character U+0000, which no text needs").into());
            }
            let body: T =
                serde_json::from_str(raw.get()).map_err(|error| Problem::from(JsonPayloadError::Deserialize(error)))?;
            body.validate().map_err(Problem::from)?;
            Ok(Self(body))
        })
    }
}

/// Whether a JSON text holds an escaped NUL. PostgreSQL cannot store it: refused here, it is the client's fault, not ours.
fn has_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| {
        // After an odd number of backslashes it is the backslash that is escaped.
        let before = json[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        before % 2 == 0
    })
}

/// For a field that may be left out, be null, or have a value: `#[serde(default, deserialize_with = "present")]` on an
/// `Option<Option<T>>` gives `None`, `Some(None)` and `Some(Some(value))`.
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// A time of RFC 3339 that may be left out.
pub(super) fn time(field: &str, text: Option<&str>) -> Result<Option<Millis>, Problem> {
    let parse = |text| Millis::from_rfc3339(text).ok_or_else(|| Problem::invalid(field, "is no time of RFC 3339"));
    text.map(parse).transpose()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r#"{"name":"a\u0000b"}"#, true)]
    #[case(r#"{"name":"a\\\u0000b"}"#, true)]
    #[case(r#"{"name":"a\\u0000b"}"#, false)]
    #[case(r#"{"name":"u0000 \u0001"}"#, false)]
    fn only_an_escaped_nul_is_one(#[case] json: &str, #[case] expected: bool) {
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(json).unwrap()["name"].as_str().unwrap().contains('\0'),
            expected
        );
        assert_eq!(has_nul(json), expected);
    }
}
