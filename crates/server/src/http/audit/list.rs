use actix_web::{
    get,
    web::{Data, Json, Query},
};
use switchboard_accounts::Permission;

use super::{filter::FilterQuery, wire::AuditBody};
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List what was done
///
/// Newest first.
#[utoipa::path(tag = "audit", params(FilterQuery, PageQuery),
    responses((status = 200, description = "A page of entries", body = Page<AuditBody>)))]
#[get("/api/audit")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    filter: Query<FilterQuery>,
    query: Query<PageQuery>,
) -> Result<Json<Page<AuditBody>>, Problem> {
    let principal = who.require(Permission::ViewAudit)?;
    let (filter, limit) = (filter.filter()?, query.limit()?);
    let entries = state.accounts.audit(principal, &filter, query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(entries, limit, |entry| entry.id.to_string(), Into::into)))
}
