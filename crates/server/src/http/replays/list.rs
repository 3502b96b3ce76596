use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing::replay::{self, REPLAYS_KEPT};
use switchboard_store::{Scope, bot};
use uuid::Uuid;

use super::wire::ReplayBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the replays of a bot
///
/// The newest first, all that are kept.
#[utoipa::path(tag = "replays", params(("id" = Uuid, Path, description = "The bot's id")),
    responses((status = 200, description = "The replays", body = Page<ReplayBody>)))]
#[get("/api/bots/{id}/replays")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
) -> Result<Json<Page<ReplayBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    bot::get(&mut tx.conn(), tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    let replays = replay::list(&mut tx.conn(), tenant, *bot_id, REPLAYS_KEPT).await?;
    Ok(Json(Page::whole(replays.into_iter().map(Into::into))))
}
