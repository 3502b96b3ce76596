use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, bot_test};
use uuid::Uuid;

use super::wire::BotTestBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a test of a bot
#[utoipa::path(tag = "bot tests",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The test's id")),
    responses((status = 200, description = "The test", body = BotTestBody)))]
#[get("/api/bots/{id}/tests/{item_id}")]
pub(super) async fn get(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<Json<BotTestBody>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (bot_id, test_id) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let test = bot_test::get(&mut tx.conn(), tenant, bot_id, test_id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(test.into()))
}
