use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::knowledge;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::FullVersionBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read what something a bot knows said before
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id"),
        ("number" = i64, Path, description = "The version's number")),
    responses((status = 200, description = "The version", body = FullVersionBody)))]
#[get("/api/bots/{id}/knowledge/{item_id}/versions/{number}")]
pub(super) async fn version(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid, i64)>,
) -> Result<Json<FullVersionBody>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (bot_id, item_id, number) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let version = knowledge::version(&mut tx.conn(), (tenant, bot_id, item_id), number).await?;
    Ok(Json(version.into()))
}
