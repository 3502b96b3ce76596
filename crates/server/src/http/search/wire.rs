//! What the operations of this area answer.

use serde::Serialize;
use switchboard_inbox::search::{Piece, Question};
use switchboard_store::{Author, Direction, message::Message};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::conversations::wire::ConversationBody;

/// What was found.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundBody {
    /// With customers of this name, phone number or username; on the first page only
    pub(super) conversations: Vec<ConversationBody>,
    /// That have all the words; the newest first
    pub(super) messages: Vec<HitBody>,
    /// Give it as `cursor` to get the next messages; null on the last page.
    pub(super) next_cursor: Option<String>,
}

/// A message that has all the words.
#[derive(Serialize, ToSchema)]
pub(super) struct HitBody {
    message_id: Uuid,
    /// `inbound` or `outbound`
    #[schema(value_type = String, example = "inbound")]
    direction: Direction,
    /// As in the thread
    #[schema(value_type = String, example = "customer")]
    author: Author,
    /// Who wrote it, where it was somebody of the business
    person_id: Option<Uuid>,
    /// RFC 3339
    created_at: String,
    /// The words, with some of what stands around them
    excerpt: Vec<PieceBody>,
    conversation: ConversationBody,
}

/// A part of a text.
#[derive(Serialize, ToSchema)]
struct PieceBody {
    text: String,
    /// It is what was looked for
    hit: bool,
}

impl HitBody {
    pub(super) fn new(message: &Message, conversation: ConversationBody, question: &Question) -> Self {
        let pieces = question.excerpt(message.text.as_deref().unwrap_or_default());
        Self {
            message_id: message.id,
            direction: message.direction,
            author: message.author,
            person_id: message.person_id,
            created_at: message.created_at.to_rfc3339(),
            excerpt: pieces.into_iter().map(|Piece { text, hit }| PieceBody { text, hit }).collect(),
            conversation,
        }
    }
}
