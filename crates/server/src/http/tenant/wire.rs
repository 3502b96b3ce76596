use serde::Serialize;
use switchboard_store::tenant::Tenant;
use utoipa::ToSchema;
use uuid::Uuid;

/// The business.
#[derive(Serialize, ToSchema)]
pub(super) struct TenantSettings {
    id: Uuid,
    name: String,
    /// Milliseconds without a person writing until the AI takes a conversation back; null: never
    auto_handback_ms: Option<i64>,
    /// RFC 3339
    created_at: String,
}

impl From<Tenant> for TenantSettings {
    fn from(tenant: Tenant) -> Self {
        Self {
            id: tenant.id.0,
            name: tenant.name,
            auto_handback_ms: tenant.auto_handback_ms,
            created_at: tenant.created_at.to_rfc3339(),
        }
    }
}
