use serde::Serialize;
use switchboard_store::{Millis, Role, membership::Member};
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody who works for the business.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonBody {
    id: Uuid,
    name: String,
    email: String,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "operator")]
    role: Role,
    /// RFC 3339: since when they work here
    created_at: String,
    /// RFC 3339, about; null: not for a month
    last_seen_at: Option<String>,
}

impl From<Member> for PersonBody {
    fn from(member: Member) -> Self {
        Self {
            id: member.person_id,
            name: member.name,
            email: member.email,
            role: member.role,
            created_at: member.created_at.to_rfc3339(),
            last_seen_at: member.last_seen_at.map(Millis::to_rfc3339),
        }
    }
}
