use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing::replay;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::ReplayBody;
use crate::http::{AppState, Authenticated, Problem};

/// Stop a replay
///
/// What has come of it stays. One that is over stays as it is.
#[utoipa::path(tag = "replays",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The replay's id")),
    responses((status = 200, description = "The replay", body = ReplayBody)))]
#[post("/api/bots/{id}/replays/{item_id}/stop")]
pub(super) async fn stop(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<Json<ReplayBody>, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let (bot_id, id) = ids.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let stopped = replay::stop(&mut tx.conn(), state.clock.now(), tenant, bot_id, id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(stopped.into()))
}
