use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::knowledge;
use switchboard_store::Scope;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Make a bot forget something
///
/// The next answer no longer knows it.
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id")),
    responses((status = 204, description = "Forgotten")))]
#[delete("/api/bots/{id}/knowledge/{item_id}")]
pub(super) async fn delete(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let (bot_id, item_id) = ids.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    knowledge::delete(&mut tx.conn(), state.clock.now(), tenant, bot_id, item_id).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
