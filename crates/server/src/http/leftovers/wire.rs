//! What the operations of this area answer.

use serde::Serialize;
use serde_json::Value;
use switchboard_store::{LeftoverReason, Millis, leftover::Leftover};
use utoipa::ToSchema;
use uuid::Uuid;

/// Received, not understood.
#[derive(Serialize, ToSchema)]
pub(super) struct LeftoverBody {
    id: Uuid,
    /// `malformed`, `unknown_field`, `unknown_type`, `unknown_number` or `failed`
    #[schema(value_type = String, example = "unknown_field")]
    reason: LeftoverReason,
    /// The reason, for people
    detail: String,
    /// What Meta posted; a string where it is not JSON
    #[schema(value_type = Object)]
    body: Value,
    /// RFC 3339
    received_at: String,
    /// RFC 3339
    created_at: String,
    /// RFC 3339; null: never
    replayed_at: Option<String>,
}

impl From<Leftover> for LeftoverBody {
    fn from(leftover: Leftover) -> Self {
        let Leftover { id, reason, detail, body, received_at, created_at, replayed_at, .. } = leftover;
        let as_text = |_| Value::String(String::from_utf8_lossy(&body).into_owned());
        Self {
            id,
            reason,
            detail,
            body: serde_json::from_slice(&body).unwrap_or_else(as_text),
            received_at: received_at.to_rfc3339(),
            created_at: created_at.to_rfc3339(),
            replayed_at: replayed_at.map(Millis::to_rfc3339),
        }
    }
}
