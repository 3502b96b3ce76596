use actix_web::{
    get,
    web::{Data, Json, Query},
};

use super::wire::DeletionBody;
use crate::http::{AppState, ForPlatform, Page, PageQuery, Problem};

/// List the deletions of businesses
///
/// Under way and over, that of the newest business first.
#[utoipa::path(tag = "platform", params(PageQuery),
    responses((status = 200, description = "A page of deletions", body = Page<DeletionBody>)))]
#[get("/api/platform/deletions")]
pub(super) async fn deletions(
    state: Data<AppState>,
    _: ForPlatform,
    query: Query<PageQuery>,
) -> Result<Json<Page<DeletionBody>>, Problem> {
    let limit = query.limit()?;
    let deletions = state.accounts.deletions(query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(deletions, limit, |it| it.about_tenant.to_string(), Into::into)))
}
