use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::bot;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::{BotBody, BotPatch};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Change a bot
///
/// What is left out stays as it is. Answers that are being thought about finish under the old settings.
#[utoipa::path(tag = "bots", params(("id" = Uuid, Path, description = "The bot's id")), request_body = BotPatch,
    responses((status = 200, description = "The bot as it is now", body = BotBody)))]
#[patch("/api/bots/{id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<BotPatch>,
) -> Result<Json<BotBody>, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let (conn, models) = (&mut tx.conn(), &state.bots.models);
    let bot = bot::update(conn, now, models, principal.tenant, *id, |settings| body.apply(settings)).await?;
    let (target, detail) = (Some(bot.id.to_string()), json!({ "name": bot.name, "enabled": bot.enabled }));
    audit::record(conn, principal.into(), now, "bot.changed", target, detail).await?;
    tx.commit().await?;
    Ok(Json(bot.into()))
}
