//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_store::{Millis, note::Note};
use utoipa::ToSchema;
use uuid::Uuid;

/// A note. Customers never see it, and neither does the AI.
#[derive(Serialize, ToSchema)]
pub(super) struct NoteBody {
    id: Uuid,
    conversation_id: Uuid,
    /// Who wrote it; null: a program
    person_id: Option<Uuid>,
    text: String,
    /// The people it names
    mentions: Vec<Uuid>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339; null: never
    edited_at: Option<String>,
}

impl From<Note> for NoteBody {
    fn from(note: Note) -> Self {
        Self {
            id: note.id,
            conversation_id: note.conversation_id,
            person_id: note.person_id,
            text: note.text,
            mentions: note.mentions.0,
            created_at: note.created_at.to_rfc3339(),
            edited_at: note.edited_at.map(Millis::to_rfc3339),
        }
    }
}

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct NoteFields {
    /// 1 to 4,000 characters
    #[schema(example = "@Mehmet, can you bake this by Friday?")]
    pub(super) text: String,
    /// The people it names, at most 20: they are told
    #[serde(default)]
    pub(super) mentions: Vec<Uuid>,
}
