use actix_web::{
    get,
    web::{Data, Json},
};

use super::wire::ExportBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the archives
///
/// An owner's alone. The newest first, all on one page: each goes a week after it was made.
#[utoipa::path(tag = "tenant", responses((status = 200, description = "The archives", body = Page<ExportBody>)))]
#[get("/api/tenant/export")]
pub(super) async fn exports(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<Json<Page<ExportBody>>, Problem> {
    let exports = state.accounts.exports(&principal).await?;
    Ok(Json(Page { items: exports.into_iter().map(Into::into).collect(), next_cursor: None }))
}
