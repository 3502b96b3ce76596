//! What a message to a model holds: words, and the pictures between them.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};

/// A picture as it travels, whole. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    data_url: Arc<str>,
}

impl Picture {
    pub fn new(mime_type: &str, bytes: &[u8]) -> Self {
        let mut data_url = format!("data:{mime_type};base64,");
        STANDARD.encode_string(bytes, &mut data_url);
        Self { data_url: data_url.into() }
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("length", &self.data_url.len()).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Picture(Picture),
}

/// Words alone are a plain text on the wire: some servers know no more than that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content(Vec<Part>);

impl<T: Into<String>> From<T> for Content {
    fn from(text: T) -> Self {
        Self(vec![Part::Text(text.into())])
    }
}

impl Content {
    /// Appends what is said, as a paragraph of its own.
    pub(super) fn say(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Part::Text(last)) => {
                last.push_str("\n\n");
                last.push_str(text);
            }
            _ => self.0.push(Part::Text(text.to_owned())),
        }
    }

    pub(super) fn show(&mut self, picture: &Picture) {
        self.0.push(Part::Picture(picture.clone()));
    }

    pub fn has_pictures(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Picture(_)))
    }

    /// The words alone.
    pub fn text(&self) -> String {
        let texts = self.0.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Picture(_) => None,
        });
        texts.collect::<Vec<_>>().join("\n\n")
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.has_pictures() {
            return serializer.collect_seq(self.0.iter().map(Wire::from));
        }
        serializer.serialize_str(&self.text())
    }
}

/// A part, in the words of the chat-completions API.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: Url<'a> },
}

#[derive(Serialize)]
struct Url<'a> {
    url: &'a str,
}

impl<'a> From<&'a Part> for Wire<'a> {
    fn from(part: &'a Part) -> Self {
        match part {
            Part::Text(text) => Self::Text { text },
            Part::Picture(picture) => Self::ImageUrl { image_url: Url { url: &picture.data_url } },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Content, Picture};

    #[test]
    fn words_are_a_plain_text_and_pictures_stand_where_they_were_shown() {
        let mut content = Content::from("one");
        content.say("two");
        assert_eq!(json!(content), json!("one\n\ntwo"));
        content.show(&Picture::new("image/png", b"\x89PNG"));
        content.say("three");
        let parts = json!([
            { "type": "text", "text": "one\n\ntwo" },
            { "type": "image_url", "image_url": { "url": "data:image/png;base64,iVBORw==" } },
            { "type": "text", "text": "three" },
        ]);
        assert_eq!(json!(content), parts);
        assert_eq!(json!(Content::from(content.text())), json!("one\n\ntwo\n\nthree"));
    }
}
