use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::interactive::Interactive;

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
