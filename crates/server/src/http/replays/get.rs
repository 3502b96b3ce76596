use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing::replay;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::ReplayBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a replay
///
/// How far it is, and what has come of it so far.
#[utoipa::path(tag = "replays",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The replay's id")),
    responses((status = 200, description = "The replay", body = ReplayBody)))]
#[get("/api/bots/{id}/replays/{item_id}")]
pub(super) async fn get(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<Json<ReplayBody>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (bot_id, id) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let found = replay::get(&mut tx.conn(), tenant, bot_id, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(found.into()))
}
