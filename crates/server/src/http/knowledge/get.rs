use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::KnowledgeBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read something a bot knows
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id")),
    responses((status = 200, description = "The item", body = KnowledgeBody)))]
#[get("/api/bots/{id}/knowledge/{item_id}")]
pub(super) async fn get(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<Json<KnowledgeBody>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (bot_id, item_id) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    Ok(Json(KnowledgeBody::load(&mut tx.conn(), tenant, bot_id, item_id).await?))
}
