//! What arrives for a number, after decoding and routing, in the words of this product.

use serde_json::Value;
use switchboard_store::{MessageStatus, Millis};
use uuid::Uuid;

/// The other side of a conversation, as far as one webhook tells. At least one of `phone` and `user_id` is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// Digits only.
    pub phone: Option<String>,
    /// The business-scoped user id, such as `US.13491208655302741918`.
    pub user_id: Option<String>,
    pub parent_user_id: Option<String>,
    /// Without the leading `@`. For display only: it may change hands.
    pub username: Option<String>,
    pub name: Option<String>,
}

/// One thing that happened on a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// The customer said or did something.
    Message(Said),
    /// The business said something elsewhere: on the phone app, or through another responder.
    Echo(Said),
    Status(StatusUpdate),
    /// The phone app's address book says what a customer is called.
    ContactName {
        party: Party,
    },
}

/// Why something was delivered, which decides whether the AI may answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Live,
    /// The past of a coexistence number. Never answered.
    History,
    /// Another responder handles the conversation. Never answered.
    Standby,
}

/// Something said in a conversation, by either side.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub wamid: String,
    /// The customer: the sender of a message, the receiver of an echo.
    pub party: Party,
    pub said_at: Millis,
    pub origin: Origin,
    /// A message in a group; the AI does not answer there.
    pub group_id: Option<String>,
    /// The wamid this one quotes.
    pub reply_to: Option<String>,
    pub content: Content,
}

/// A message as it is stored: a type, a text a person or a model can read, and the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Meta's message type: `text`, `image`, `interactive`, …
    pub kind: String,
    /// The text, caption, chosen title, or another short rendering of what was said; `None` where nothing can be read.
    pub text: Option<String>,
    /// Everything of the message that the text leaves out.
    pub payload: Option<Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Asks for an answer.
    Body(Body),
    /// Kept and shown, but nothing that could be answered: `unsupported`, errors instead of content.
    Unsupported(Body),
    /// `emoji: None` takes the reaction away.
    Reaction {
        target: String,
        emoji: Option<String>,
    },
    Edit {
        target: String,
        body: Body,
    },
    Revoke {
        target: String,
    },
    /// Said by WhatsApp itself.
    System {
        body: Body,
        change: Option<IdentityChange>,
    },
}

/// A customer changed number or got another business-scoped user id. `None`: not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityChange {
    pub previous_phone: Option<String>,
    pub phone: Option<String>,
    pub previous_user_id: Option<String>,
    pub user_id: Option<String>,
    pub parent_user_id: Option<String>,
}

/// What became of a message that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusUpdate {
    pub wamid: String,
    /// `Sent`, `Delivered`, `Read` or `Failed`.
    pub status: MessageStatus,
    pub at: Millis,
    /// Our message id, from `biz_opaque_callback_data`.
    pub message_id: Option<Uuid>,
    /// The receiver, which may reveal a user id or a phone not known before.
    pub party: Option<Party>,
    /// Meta's `errors[0]` of a failure.
    pub error: Option<Value>,
}
