//! What the operations of this area take and answer.

use serde::Serialize;
use switchboard_store::{LabelColour, label::Label};
use utoipa::ToSchema;
use uuid::Uuid;

/// A label.
#[derive(Serialize, ToSchema)]
pub(super) struct LabelBody {
    id: Uuid,
    #[schema(example = "Complaint")]
    name: String,
    /// `grey`, `red`, `yellow`, `green`, `teal`, `blue`, `pink` or `brown`
    #[schema(value_type = String, example = "red")]
    colour: LabelColour,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

impl From<Label> for LabelBody {
    fn from(label: Label) -> Self {
        Self {
            id: label.id,
            name: label.name,
            colour: label.colour,
            created_at: label.created_at.to_rfc3339(),
            updated_at: label.updated_at.to_rfc3339(),
        }
    }
}
