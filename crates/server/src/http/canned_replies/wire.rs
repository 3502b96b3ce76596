//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_inbox::canned_replies::Fields;
use switchboard_store::canned_reply::CannedReply;
use utoipa::ToSchema;
use uuid::Uuid;

/// An answer that is given again and again.
#[derive(Serialize, ToSchema)]
pub(super) struct CannedReplyBody {
    id: Uuid,
    /// What is typed after a slash to get it
    #[schema(example = "hours")]
    shortcut: String,
    #[schema(example = "Opening hours")]
    title: String,
    /// `{contact_name}`, `{contact_phone}`, `{my_name}` and `{business}` stand for what they name
    #[schema(example = "Hello {contact_name}, we open at eight. {my_name}")]
    text: String,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

impl From<CannedReply> for CannedReplyBody {
    fn from(reply: CannedReply) -> Self {
        Self {
            id: reply.id,
            shortcut: reply.shortcut,
            title: reply.title,
            text: reply.text,
            created_at: reply.created_at.to_rfc3339(),
            updated_at: reply.updated_at.to_rfc3339(),
        }
    }
}

/// What can be set of a canned reply.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct CannedReplyFields {
    /// 1 to 30 letters, digits, `-` and `_`; no two replies have the same
    shortcut: Option<String>,
    /// 1 to 100 characters
    title: Option<String>,
    /// 1 to 4,000 characters
    text: Option<String>,
}

impl From<CannedReplyFields> for Fields {
    fn from(fields: CannedReplyFields) -> Self {
        Self { shortcut: fields.shortcut, title: fields.title, text: fields.text }
    }
}
