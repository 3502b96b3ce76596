//! Pictures that the model is shown.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The comment of a picture that says what is to be read in it, up to the next byte that is none of a text.
const SHOWN: &[u8] = b"SHOWN=";
const TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/// Puts what is known of each picture in its place, so that a prompt stays small enough to be kept. Whether there are any;
/// fails with what such a model says of one that it cannot read: it fetches none.
pub(super) fn look(request: &mut Value) -> Result<bool, &'static str> {
    let mut is_shown = false;
    let messages = request["messages"].as_array_mut().into_iter().flatten();
    let parts = messages.filter_map(|message| message["content"].as_array_mut()).flatten();
    for part in parts.filter(|part| part["type"] == "image_url") {
        let url = part["image_url"]["url"].as_str().unwrap_or_default();
        part["image_url"] = seen(url).ok_or("Invalid image: expected a data URL of a JPEG, PNG, WebP or GIF.")?;
        is_shown = true;
    }
    Ok(is_shown)
}

fn seen(url: &str) -> Option<Value> {
    let (mime_type, content) = url.strip_prefix("data:")?.split_once(";base64,")?;
    let bytes = STANDARD.decode(content).ok().filter(|bytes| !bytes.is_empty() && TYPES.contains(&mime_type))?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    Some(json!({"mime_type": mime_type, "bytes": bytes.len(), "sha256": sha256, "shown": shown(&bytes)}))
}

/// What is to be read in a picture.
fn shown(picture: &[u8]) -> Option<String> {
    let at = picture.windows(SHOWN.len()).position(|window| window == SHOWN)?;
    let text = &picture[at + SHOWN.len()..];
    let end = text.iter().position(|byte| *byte < b' ').unwrap_or(text.len());
    Some(String::from_utf8_lossy(&text[..end]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Value {
        json!({"messages": [{"content": "Hi"}, {"content": [{"type": "image_url", "image_url": {"url": url}}]}]})
    }

    #[test]
    fn of_a_picture_is_kept_what_it_is_and_what_is_read_in_it() {
        let mut request = request(&format!("data:image/png;base64,{}", STANDARD.encode(b"\x89PNG SHOWN=Hello\0")));
        assert_eq!(look(&mut request), Ok(true));
        let kept = &request["messages"][1]["content"][0]["image_url"];
        assert_eq!((&kept["bytes"], &kept["shown"]), (&json!(17), &json!("Hello")));
        assert_eq!(look(&mut json!({"messages": [{"content": "Hi"}]})), Ok(false));
    }

    #[test]
    fn nothing_is_fetched_and_nothing_else_is_a_picture() {
        for url in ["https://example.com/a.png", "data:image/png;base64,%", "data:image/svg+xml;base64,QQ=="] {
            assert!(look(&mut request(url)).is_err(), "{url}");
        }
    }
}
