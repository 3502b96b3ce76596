//! The bytes of a webhook and their signature.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// JSON as Meta writes it: everything beyond ASCII as `\uXXXX` with lowercase digits (surrogate
/// pairs above the BMP), and `/` as `\/` (Graph API, "Webhooks: getting started").
pub(crate) fn body(value: &Value) -> String {
    let plain = value.to_string();
    let mut out = String::with_capacity(plain.len() + plain.len() / 4);
    let mut units = [0_u16; 2];
    for ch in plain.chars() {
        match ch {
            // A slash or a letter beyond ASCII occurs in JSON only inside of strings.
            '/' => out.push_str("\\/"),
            ch if ch.is_ascii() => out.push(ch),
            ch => {
                for unit in ch.encode_utf16(&mut units) {
                    escape_unit(*unit, &mut out);
                }
            }
        }
    }
    out
}

fn escape_unit(unit: u16, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        out.push(char::from(HEX[usize::from((unit >> shift) & 0xf)]));
    }
}

/// The value of `X-Hub-Signature-256`.
pub(crate) fn signature(app_secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hmac_hex(app_secret, body))
}

/// The `appsecret_proof` of a token.
pub(crate) fn appsecret_proof(app_secret: &str, token: &str) -> String {
    hmac_hex(app_secret, token.as_bytes())
}

fn hmac_hex(key: &str, message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn letters_beyond_ascii_and_slashes_are_escaped() {
        let value = json!({"a/b": "äöå ş 👍 \n"});
        let expected = r#"{"a\/b":"\u00e4\u00f6\u00e5 \u015f \ud83d\udc4d \n"}"#;
        assert_eq!(body(&value), expected);
        let back: Value = serde_json::from_str(expected).expect("JSON");
        assert_eq!(back, value);
    }

    #[test]
    fn the_signature_is_githubs_and_metas() {
        assert_eq!(
            signature("It's a Secret to Everybody", b"Hello, World!"),
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        );
    }
}
