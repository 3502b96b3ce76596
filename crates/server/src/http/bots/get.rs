use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, bot};
use uuid::Uuid;

use super::wire::BotBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a bot
#[utoipa::path(tag = "bots", params(("id" = Uuid, Path, description = "The bot's id")),
    responses((status = 200, description = "The bot", body = BotBody)))]
#[get("/api/bots/{id}")]
pub(super) async fn get(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<Json<BotBody>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let bot = bot::get(&mut tx.conn(), tenant, *id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(bot.into()))
}
