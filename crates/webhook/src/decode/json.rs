//! Lenient reading of JSON that others wrote.

use serde_json::Value;
use switchboard_store::Millis;

/// No text is stored longer than this, in bytes. WhatsApp's own limit is 4,096 characters.
const TEXT_LIMIT: usize = 64 * 1024;
/// Names are for display, in bytes.
const NAME_LIMIT: usize = 1024;
/// An id is indexed, and PostgreSQL takes no more than some 2,700 bytes into an index.
const ID_LIMIT: usize = 512;
/// What of a foreign word is repeated in an explanation, in bytes.
const BRIEF_LIMIT: usize = 80;

/// 2009-01-01: WhatsApp did not exist before, so an earlier time was never meant as seconds since the epoch.
const EARLIEST_SECONDS: i64 = 1_230_768_000;
/// How far ahead of ours Meta's clock may be. A time in the far future would hold the service window open for as long.
const CLOCK_SKEW_MS: i64 = 24 * 60 * 60 * 1000;

pub(super) trait Lenient {
    /// A string that is not empty.
    fn text(&self, key: &str) -> Option<&str>;
    /// An id, written as a string or as an integer. `None` for one too long or with control characters in it.
    fn id(&self, key: &str) -> Option<String>;
    fn object(&self, key: &str) -> Option<&Value>;
    /// What is there and neither `null`, `[]`, `{}` nor `""`.
    fn filled(&self, key: &str) -> Option<&Value>;
    /// A time in seconds since the epoch, written as a string or an integer; `otherwise` when it is missing or absurd.
    fn time(&self, key: &str, otherwise: Millis) -> Millis;
}

impl Lenient for Value {
    fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    fn id(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::String(text) => {
                let text = text.trim();
                let sound = !text.is_empty() && text.len() <= ID_LIMIT && !text.contains(unsafe_in_id);
                sound.then(|| text.to_owned())
            }
            Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
            _ => None,
        }
    }

    fn object(&self, key: &str) -> Option<&Value> {
        self.get(key).filter(|value| value.is_object())
    }

    fn filled(&self, key: &str) -> Option<&Value> {
        self.get(key).filter(|value| match value {
            Value::Null => false,
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
            Value::String(text) => !text.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        })
    }

    fn time(&self, key: &str, otherwise: Millis) -> Millis {
        let seconds = match self.get(key) {
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(Value::Number(number)) => number.as_i64(),
            _ => None,
        };
        seconds
            .filter(|seconds: &i64| *seconds >= EARLIEST_SECONDS)
            .and_then(|seconds| seconds.checked_mul(1000))
            .filter(|millis| *millis <= otherwise.0.saturating_add(CLOCK_SKEW_MS))
            .map_or(otherwise, Millis)
    }
}

/// A NUL was replaced before anybody reads ids (see [`super::repair`]): two ids that differ there would look the same.
fn unsafe_in_id(c: char) -> bool {
    c.is_control() || c == char::REPLACEMENT_CHARACTER
}

pub(super) fn text(text: &str) -> String {
    cut(text, TEXT_LIMIT).to_owned()
}

pub(super) fn name(name: &str) -> String {
    cut(name, NAME_LIMIT).to_owned()
}

/// A word of the delivery, short enough to stand in an explanation.
pub(super) fn brief(word: &str) -> &str {
    cut(word, BRIEF_LIMIT)
}

fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const RECEIVED: Millis = Millis(1_763_800_000_000);

    #[rstest]
    #[case(json!("1749416383"), 1_749_416_383_000)]
    #[case(json!(1_749_416_383), 1_749_416_383_000)]
    #[case(json!(" 1749416383 "), 1_749_416_383_000)]
    #[case(json!("yesterday"), RECEIVED.0)]
    #[case(json!(null), RECEIVED.0)]
    #[case(json!(""), RECEIVED.0)]
    #[case(json!(-5), RECEIVED.0)]
    #[case(json!("0"), RECEIVED.0)]
    #[case(json!(i64::MAX), RECEIVED.0)]
    #[case(json!("1749416383000"), RECEIVED.0)]
    #[case(json!({"seconds": 1}), RECEIVED.0)]
    fn a_time_is_seconds_or_else_the_arrival(#[case] written: Value, #[case] read: i64) {
        assert_eq!(json!({ "timestamp": written }).time("timestamp", RECEIVED), Millis(read));
        assert_eq!(json!({}).time("timestamp", RECEIVED), RECEIVED);
    }

    #[rstest]
    #[case(json!("wamid.A"), Some("wamid.A"))]
    #[case(json!(106_540_352_242_922_u64), Some("106540352242922"))]
    #[case(json!(""), None)]
    #[case(json!("a\u{fffd}b"), None)]
    #[case(json!("a\nb"), None)]
    #[case(json!("x".repeat(513)), None)]
    #[case(json!(1.5), None)]
    #[case(json!(["wamid.A"]), None)]
    fn an_id_is_a_string_or_an_integer(#[case] written: Value, #[case] read: Option<&str>) {
        assert_eq!(json!({ "id": written }).id("id").as_deref(), read);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "ş".repeat(TEXT_LIMIT);
        let cut = text(&format!("x{long}"));
        assert_eq!(cut.len(), TEXT_LIMIT - 1);
        assert!(cut.ends_with('ş'));
    }
}
