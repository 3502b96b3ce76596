//! What is thought about: what was said, by whose customer, to which bot.

use std::sync::Arc;

use switchboard_store::{Direction, bot::Bot, message::Message};

use crate::retrieval::Index;

pub(crate) struct Question {
    pub(crate) business: String,
    pub(crate) bot: Bot,
    pub(crate) index: Arc<Index>,
    /// Oldest first.
    pub(crate) history: Vec<Said>,
    /// What the customer has said since the last answer, oldest first.
    pub(crate) pending: Vec<Said>,
}

/// Something that was said in the conversation.
pub(crate) struct Said {
    pub(crate) by_customer: bool,
    /// As WhatsApp names it: `text`, `image`, …
    pub(crate) kind: String,
    pub(crate) text: Option<String>,
}

impl Said {
    pub(crate) fn text(by_customer: bool, text: String) -> Self {
        Self { by_customer, kind: "text".into(), text: Some(text) }
    }

    /// What a model can read of it: its text, or what kind of thing it is.
    pub(super) fn readable(&self) -> String {
        match (self.kind.as_str(), self.text.as_deref()) {
            ("text" | "button" | "interactive" | "template", Some(text)) => text.to_owned(),
            (kind, Some(text)) => format!("[{kind}] {text}"),
            (kind, None) => format!("[{kind}]"),
        }
    }
}

impl From<Message> for Said {
    fn from(message: Message) -> Self {
        Self { by_customer: message.direction == Direction::Inbound, kind: message.kind, text: message.text }
    }
}
