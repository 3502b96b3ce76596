use serde::Serialize;
use serde_json::Value;
use switchboard_store::{Actor, audit::AuditEntry};
use utoipa::ToSchema;
use uuid::Uuid;

/// What was done.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditBody {
    pub(super) id: Uuid,
    /// RFC 3339
    pub(super) at: String,
    /// `person`, `api_key` or `system`
    #[schema(value_type = String, example = "person")]
    pub(super) actor: Actor,
    /// The person or the key; null for the system
    pub(super) actor_id: Option<Uuid>,
    /// `subject.verb`
    #[schema(example = "api_key.created")]
    pub(super) action: String,
    /// What it was done to
    pub(super) target: Option<String>,
    /// More, as the action has it
    #[schema(value_type = Object)]
    pub(super) detail: Value,
}

impl From<AuditEntry> for AuditBody {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, actor_id, action, target, detail } = entry;
        Self { id, at: at.to_rfc3339(), actor, actor_id, action, target, detail: detail.0 }
    }
}
