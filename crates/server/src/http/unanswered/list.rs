use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::unanswered;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::UnansweredBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List what a bot could not answer
///
/// Questions for which people were called because the bot did not know, of the last 180 days, until somebody settles them.
/// Those that ask the same, however they word it, are together; the most asked come first. The newest 1,000 are looked at.
#[utoipa::path(tag = "unanswered questions", params(("id" = Uuid, Path, description = "The bot's id")),
    responses((status = 200, description = "All on one page", body = Page<UnansweredBody>)))]
#[get("/api/bots/{id}/unanswered")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
) -> Result<Json<Page<UnansweredBody>>, Problem> {
    who.require(Permission::ViewConversations)?;
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let groups = unanswered::open(&mut tx.conn(), tenant, *bot_id).await?;
    Ok(Json(Page::whole(groups.into_iter().filter_map(UnansweredBody::of))))
}
