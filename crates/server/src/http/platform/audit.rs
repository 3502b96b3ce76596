use actix_web::{
    get,
    web::{Data, Json, Query},
};

use super::wire::PlatformAuditBody;
use crate::http::{AppState, ForPlatform, Page, PageQuery, Problem};

/// List what was done to businesses
///
/// The newest first. It outlives the businesses, and knows their ids and names and no more.
#[utoipa::path(tag = "platform", params(PageQuery),
    responses((status = 200, description = "A page of entries", body = Page<PlatformAuditBody>)))]
#[get("/api/platform/audit")]
pub(super) async fn audit(
    state: Data<AppState>,
    _: ForPlatform,
    query: Query<PageQuery>,
) -> Result<Json<Page<PlatformAuditBody>>, Problem> {
    let limit = query.limit()?;
    let entries = state.accounts.platform_audit(query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(entries, limit, |entry| entry.id.to_string(), Into::into)))
}
