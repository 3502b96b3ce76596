use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::bot;
use switchboard_store::Scope;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Delete a bot
///
/// With all it knows. Give its numbers to another one first.
#[utoipa::path(tag = "bots", params(("id" = Uuid, Path, description = "The bot's id")), responses(
    (status = 204, description = "Deleted"),
    (status = 409, description = "`bot_in_use`: it still serves numbers", body = Problem,
        content_type = "application/problem+json"),
))]
#[delete("/api/bots/{id}")]
pub(super) async fn delete(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    bot::delete(&mut tx.conn(), principal.tenant, *id).await?;
    let target = Some(id.to_string());
    audit::record(&mut tx.conn(), principal.into(), state.clock.now(), "bot.deleted", target, json!({})).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
