use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::interactive::{Header, Interactive};

/// A message to one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutgoingMessage {
    pub to: Recipient,
    pub body: MessageBody,
    /// The wamid of the message this one answers, shown as a quotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Comes back in status webhooks as `biz_opaque_callback_data`: our own id of the message. At most 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opaque: Option<String>,
}

/// Whom to send to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A phone number in E.164, with or without the plus.
    Phone(String),
    /// A business-scoped user id.
    UserId(String),
    /// Both are sent; Meta takes the phone number.
    Both { phone: String, user_id: String },
}

/// What a message says. Also the form in which messages are stored, so its JSON may only be extended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MessageBody {
    Text {
        body: String,
        #[serde(default)]
        preview_url: bool,
    },
    Image {
        media: MediaRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    Audio {
        media: MediaRef,
        /// A voice message (Opus in Ogg) rather than a file.
        #[serde(default)]
        voice: bool,
    },
    Video {
        media: MediaRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    Document {
        media: MediaRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    Sticker {
        media: MediaRef,
    },
    Location {
        /// Degrees, north positive.
        latitude: f64,
        /// Degrees, east positive.
        longitude: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    Contacts {
        /// Contact cards as Meta defines them.
        contacts: Vec<Value>,
    },
    Reaction {
        /// The wamid of the message reacted to.
        message_id: String,
        /// Empty takes the reaction back.
        emoji: String,
    },
    Interactive {
        interactive: Interactive,
    },
    Template {
        name: String,
        /// `en_US`.
        language: String,
        /// Parameters as Meta defines them; empty for a template without.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        components: Vec<Value>,
    },
}

/// A file: uploaded to Meta, or fetched by Meta from a public URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaRef {
    Id(String),
    Link(String),
}

impl MessageBody {
    /// The id of the file it carries, where it names one by id.
    pub fn media_id(&self) -> Option<&str> {
        match self {
            Self::Image { media, .. }
            | Self::Audio { media, .. }
            | Self::Video { media, .. }
            | Self::Document { media, .. }
            | Self::Sticker { media } => media.id(),
            Self::Interactive { interactive } => interactive.header()?.media()?.id(),
            Self::Template { components, .. } => components.iter().find_map(|component| {
                let parameters = component.get("parameters")?.as_array()?;
                parameters.iter().find_map(|parameter| parameter.get(file_type(parameter)?)?.get("id")?.as_str())
            }),
            Self::Text { .. } | Self::Location { .. } | Self::Contacts { .. } | Self::Reaction { .. } => None,
        }
    }

    /// As what type of message the file is sent; `None` where it names none by id.
    pub fn media_type(&self) -> Option<&str> {
        self.media_id()?;
        match self {
            Self::Interactive { interactive } => Some(interactive.header()?.type_name()),
            Self::Template { components, .. } => components.iter().find_map(|component| {
                let parameters = component.get("parameters")?.as_array()?;
                parameters.iter().find_map(file_type)
            }),
            _ => Some(self.type_name()),
        }
    }

    /// Names its file by another id.
    pub fn set_media_id(&mut self, id: &str) {
        match self {
            Self::Image { media, .. }
            | Self::Audio { media, .. }
            | Self::Video { media, .. }
            | Self::Document { media, .. }
            | Self::Sticker { media } => media.set_id(id),
            Self::Interactive { interactive } => {
                if let Some(media) = interactive.header_mut().and_then(Header::media_mut) {
                    media.set_id(id);
                }
            }
            Self::Template { components, .. } => {
                let parameters = components.iter_mut().filter_map(|component| component.get_mut("parameters"));
                for parameter in parameters.filter_map(Value::as_array_mut).flatten() {
                    let file = file_type(parameter).and_then(|kind| parameter.get_mut(kind)?.get_mut("id"));
                    if let Some(file) = file {
                        *file = id.into();
                    }
                }
            }
            Self::Text { .. } | Self::Location { .. } | Self::Contacts { .. } | Self::Reaction { .. } => {}
        }
    }

    /// Meta's name of the type: `text`, `image`, …
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Audio { .. } => "audio",
            Self::Video { .. } => "video",
            Self::Document { .. } => "document",
            Self::Sticker { .. } => "sticker",
            Self::Location { .. } => "location",
            Self::Contacts { .. } => "contacts",
            Self::Reaction { .. } => "reaction",
            Self::Interactive { .. } => "interactive",
            Self::Template { .. } => "template",
        }
    }
}

impl MediaRef {
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Id(id) => Some(id),
            Self::Link(_) => None,
        }
    }

    pub(super) fn set_id(&mut self, id: &str) {
        if let Self::Id(old) = self {
            id.clone_into(old);
        }
    }
}

/// Which type of file a template's parameter is.
fn file_type(parameter: &Value) -> Option<&'static str> {
    ["image", "video", "document"].into_iter().find(|kind| parameter.get(kind).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_found_and_renamed_wherever_it_stands() {
        let bodies = [
            (json!({"type": "image", "media": {"id": "1"}}), "image"),
            (json!({"type": "audio", "media": {"id": "1"}, "voice": true}), "audio"),
            (
                json!({"type": "interactive", "interactive": {"type": "buttons", "body": "b", "buttons": [{"id": "i", "title": "t"}],
                    "header": {"type": "document", "document": {"id": "1"}}}}),
                "document",
            ),
            (
                json!({"type": "template", "name": "n", "language": "en",
                    "components": [{"type": "header", "parameters": [{"type": "video", "video": {"id": "1"}}]}]}),
                "video",
            ),
        ];
        for (body, kind) in bodies {
            let mut read: MessageBody = serde_json::from_value(body.clone()).unwrap();
            assert_eq!((read.media_id(), read.media_type()), (Some("1"), Some(kind)), "{body}");
            read.set_media_id("2");
            assert_eq!(
                serde_json::to_value(read).unwrap(),
                serde_json::from_str::<Value>(&body.to_string().replace("\"1\"", "\"2\"")).unwrap()
            );
        }
    }

    #[test]
    fn a_link_is_no_file_of_ours() {
        let body = json!({"type": "image", "media": {"link": "https://a.example/x.png"}});
        let mut read: MessageBody = serde_json::from_value(body.clone()).unwrap();
        assert_eq!((read.media_id(), read.media_type()), (None, None));
        read.set_media_id("2");
        assert_eq!(serde_json::to_value(read).unwrap(), body);
    }
}
