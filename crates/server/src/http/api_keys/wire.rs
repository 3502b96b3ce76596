use serde::Serialize;
use switchboard_store::{Millis, Role, api_key::ApiKey};
use utoipa::ToSchema;
use uuid::Uuid;

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiKeyBody {
    id: Uuid,
    name: String,
    /// The secret's last four characters
    #[schema(example = "x7Qk")]
    hint: String,
    /// `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "operator")]
    role: Role,
    /// What it may do of what its role may; null: all of that
    permissions: Option<Vec<String>>,
    /// The person or the key that made it
    created_by: Uuid,
    /// RFC 3339
    created_at: String,
    /// RFC 3339, to the minute; null: never
    last_used_at: Option<String>,
    /// RFC 3339; null: it works
    revoked_at: Option<String>,
}

impl From<ApiKey> for ApiKeyBody {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            hint: key.hint,
            role: key.role,
            permissions: key.permissions.map(|names| names.0),
            created_by: key.created_by,
            created_at: key.created_at.to_rfc3339(),
            last_used_at: key.last_used_at.map(Millis::to_rfc3339),
            revoked_at: key.revoked_at.map(Millis::to_rfc3339),
        }
    }
}
