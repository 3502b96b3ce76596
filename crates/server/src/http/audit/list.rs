use actix_web::{
    get,
    web::{Data, Json, Query},
};
use serde::Serialize;
use serde_json::Value;
use switchboard_accounts::Permission;
use switchboard_store::{Actor, audit::AuditEntry};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

#[derive(Serialize, ToSchema)]
struct AuditBody {
    id: Uuid,
    /// RFC 3339
    at: String,
    /// `person`, `api_key` or `system`
    #[schema(value_type = String, example = "person")]
    actor: Actor,
    /// The person or the key; null for the system
    actor_id: Option<Uuid>,
    /// `subject.verb`
    #[schema(example = "api_key.created")]
    action: String,
    /// What it was done to
    target: Option<String>,
    /// More, as the action has it
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<AuditEntry> for AuditBody {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, actor_id, action, target, detail } = entry;
        Self { id, at: at.to_rfc3339(), actor, actor_id, action, target, detail: detail.0 }
    }
}

/// List what was done
///
/// Newest first.
#[utoipa::path(tag = "audit", params(PageQuery),
    responses((status = 200, description = "A page of entries", body = Page<AuditBody>)))]
#[get("/api/audit")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<PageQuery>,
) -> Result<Json<Page<AuditBody>>, Problem> {
    let principal = who.require(Permission::ViewAudit)?;
    let limit = query.limit()?;
    let entries = state.accounts.audit(principal, query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(entries, limit, |entry| entry.id.to_string(), Into::into)))
}
