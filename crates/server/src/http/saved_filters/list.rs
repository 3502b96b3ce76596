use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, saved_filter};
use uuid::Uuid;

use super::wire::SavedFilterBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the saved filters
///
/// Everybody's, and your own, all on one page.
#[utoipa::path(tag = "saved filters",
    responses((status = 200, description = "The saved filters", body = Page<SavedFilterBody>)))]
#[get("/api/saved-filters")]
pub(super) async fn list(state: Data<AppState>, who: Authenticated) -> Result<Json<Page<SavedFilterBody>>, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let mut tx = state.db.read(Scope::Tenant(principal.tenant)).await?;
    let person = principal.person.unwrap_or(Uuid::nil());
    let kept = saved_filter::seen_by(&mut tx.conn(), principal.tenant, person).await?;
    Ok(Json(Page::whole(kept.into_iter().map(Into::into))))
}
