use serde::Serialize;
use switchboard_store::{ExportState, Millis, ReadReceipts, tenant::Tenant, tenant_export::TenantExport};
use utoipa::ToSchema;
use uuid::Uuid;

/// The business.
#[derive(Serialize, ToSchema)]
pub(super) struct TenantSettings {
    id: Uuid,
    name: String,
    /// Milliseconds without a person writing until the AI takes a conversation back; null: never
    auto_handback_ms: Option<i64>,
    /// Where its days begin, and what its hours mean: a name of the IANA's database
    #[schema(example = "Europe/Istanbul")]
    time_zone: String,
    /// What customers are shown of what becomes of their messages: `none`; `read`: that the bot or a person has read them;
    /// `typing`: and that an answer is being written
    #[schema(value_type = String, example = "typing")]
    read_receipts: ReadReceipts,
    /// Whether there is something that translates messages
    can_translate: bool,
    /// RFC 3339
    created_at: String,
}

impl TenantSettings {
    pub(super) fn new(tenant: Tenant, can_translate: bool) -> Self {
        Self {
            can_translate,
            id: tenant.id.0,
            name: tenant.name,
            auto_handback_ms: tenant.auto_handback_ms,
            time_zone: tenant.time_zone,
            read_receipts: tenant.read_receipts,
            created_at: tenant.created_at.to_rfc3339(),
        }
    }
}

/// An archive of all that the business has.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportBody {
    id: Uuid,
    /// `queued`, `running`, `ready` or `failed`
    #[schema(value_type = String, example = "ready")]
    state: ExportState,
    /// RFC 3339
    requested_at: String,
    /// What is being written
    #[schema(example = "messages")]
    step: String,
    rows_done: i64,
    /// Null: not counted yet
    rows_total: Option<i64>,
    /// So far; all of them once it is ready
    bytes: i64,
    /// RFC 3339
    finished_at: Option<String>,
    /// When it goes. RFC 3339
    expires_at: Option<String>,
}

impl From<TenantExport> for ExportBody {
    fn from(it: TenantExport) -> Self {
        Self {
            id: it.id,
            state: it.state,
            requested_at: it.requested_at.to_rfc3339(),
            step: it.step,
            rows_done: it.rows_done,
            rows_total: it.rows_total,
            bytes: it.bytes,
            finished_at: it.finished_at.map(Millis::to_rfc3339),
            expires_at: it.expires_at.map(Millis::to_rfc3339),
        }
    }
}
