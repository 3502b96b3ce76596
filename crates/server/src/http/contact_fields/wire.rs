//! What the operations of this area take and answer.

use serde::Serialize;
use switchboard_store::{FieldKind, contact_field::ContactField};
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that is kept of each contact.
#[derive(Serialize, ToSchema)]
pub(super) struct ContactFieldBody {
    id: Uuid,
    #[schema(example = "Birthday")]
    name: String,
    /// `text`, `number`, `date` or `choice`
    #[schema(value_type = String, example = "date")]
    kind: FieldKind,
    /// Of a `choice`: what is chosen from
    choices: Vec<String>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

impl From<ContactField> for ContactFieldBody {
    fn from(field: ContactField) -> Self {
        Self {
            id: field.id,
            name: field.name,
            kind: field.kind,
            choices: field.choices.0,
            created_at: field.created_at.to_rfc3339(),
            updated_at: field.updated_at.to_rfc3339(),
        }
    }
}
