use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, canned_reply};

use super::wire::CannedReplyBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the canned replies
///
/// By shortcut, all on one page.
#[utoipa::path(tag = "canned replies",
    responses((status = 200, description = "The canned replies", body = Page<CannedReplyBody>)))]
#[get("/api/canned-replies")]
pub(super) async fn list(state: Data<AppState>, who: Authenticated) -> Result<Json<Page<CannedReplyBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let replies = canned_reply::all(&mut tx.conn(), tenant).await?;
    Ok(Json(Page::whole(replies.into_iter().map(Into::into))))
}
