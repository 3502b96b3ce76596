//! JSON as it should have been written.

use serde_json::{Error, Value};

/// Parses a body. Half a surrogate pair (an emoji cut in two) and bytes that are not UTF-8 become U+FFFD, since one such
/// name would otherwise cost all its neighbours in the batch; so do NUL characters, which PostgreSQL does not store.
pub(super) fn parse(body: &[u8]) -> Result<Value, Error> {
    let mut value = serde_json::from_slice(body)
        .or_else(|error| serde_json::from_str(&with_whole_characters(body)).map_err(|_| error))?;
    // Inside JSON a NUL can only be written as this escape.
    if body.windows(5).any(|bytes| bytes == b"u0000") {
        replace_nul(&mut value);
    }
    Ok(value)
}

fn with_whole_characters(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let mut repaired = String::with_capacity(body.len());
    let mut rest = &*body;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        repaired.push_str(before);
        let (length, replacement) = read_escape(escape);
        repaired.push_str(replacement.unwrap_or(&escape[..length]));
        rest = &escape[length..];
    }
    repaired.push_str(rest);
    repaired
}

/// The length of the escape at the start of `text`, and what to write for it if it is half a surrogate pair.
fn read_escape(text: &str) -> (usize, Option<&'static str>) {
    match code_unit(text) {
        Some(0xD800..=0xDBFF) if matches!(code_unit(&text[6..]), Some(0xDC00..=0xDFFF)) => (12, None),
        Some(0xD800..=0xDFFF) => (6, Some("\\ufffd")),
        Some(_) => (6, None),
        // The backslash and what it escapes, so that the second one of `\\` does not start another.
        None => (1 + text[1..].chars().next().map_or(0, char::len_utf8), None),
    }
}

/// The value of a `\uXXXX` at the start of `text`.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

fn replace_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{fffd}"),
        Value::Array(items) => items.iter_mut().for_each(replace_nul),
        Value::Object(members) => {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(name, mut member)| {
                    replace_nul(&mut member);
                    (name.replace('\0', "\u{fffd}"), member)
                })
                .collect();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(r#"["\ud83d\ude00"]"#, json!(["😀"]))]
    #[case(r#"["\ud83d"]"#, json!(["\u{fffd}"]))]
    #[case(r#"["\ud83d", "\ud83d\ude00 \ude00\\ud83d"]"#, json!(["\u{fffd}", "😀 \u{fffd}\\ud83d"]))]
    #[case(r#"["a\u0000b", {"k\u0000": "\\u0000"}]"#, json!(["a\u{fffd}b", {"k\u{fffd}": "\\u0000"}]))]
    fn broken_characters_cost_only_themselves(#[case] body: &str, #[case] read: Value) {
        assert_eq!(parse(body.as_bytes()).unwrap(), read);
    }

    #[test]
    fn bytes_that_are_not_utf8_cost_only_themselves() {
        assert_eq!(parse(b"[\"a\xffb\"]").unwrap(), json!(["a\u{fffd}b"]));
    }

    #[rstest]
    #[case(b"")]
    #[case(b"{")]
    #[case(b"[\"\\u12\"]")]
    #[case(b"[\"\\")]
    #[case("[\"\\ud83d\\ş".as_bytes())]
    #[case(b"\xff\xfe")]
    fn what_is_not_json_stays_so(#[case] body: &[u8]) {
        assert!(parse(body).is_err());
    }
}
