use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing::replay;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Delete a replay
///
/// One that is under way ends with it.
#[utoipa::path(tag = "replays",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The replay's id")),
    responses((status = 204, description = "Deleted")))]
#[delete("/api/bots/{id}/replays/{item_id}")]
pub(super) async fn delete(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let (bot_id, id) = ids.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    replay::delete(&mut tx.conn(), state.clock.now(), tenant, bot_id, id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::NoContent().finish())
}
