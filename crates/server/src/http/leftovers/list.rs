use actix_web::{
    get,
    web::{Data, Json, Query},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, leftover};

use super::wire::LeftoverBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List what was not understood
///
/// Newest first.
#[utoipa::path(tag = "leftovers", params(PageQuery),
    responses((status = 200, description = "A page of leftovers", body = Page<LeftoverBody>)))]
#[get("/api/webhooks/leftovers")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<PageQuery>,
) -> Result<Json<Page<LeftoverBody>>, Problem> {
    let tenant = who.require(Permission::ManageNumbers)?.tenant;
    let (before, limit) = (query.id_cursor()?, query.limit()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let leftovers = leftover::list(&mut tx.conn(), tenant, before, limit + 1).await?;
    Ok(Json(Page::from_rows(leftovers, limit, |leftover| leftover.id.to_string(), Into::into)))
}
