use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing;
use switchboard_store::Scope;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Delete a test of a bot
///
/// What came of it stays with the runs that it was in.
#[utoipa::path(tag = "bot tests",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The test's id")),
    responses((status = 204, description = "Deleted")))]
#[delete("/api/bots/{id}/tests/{item_id}")]
pub(super) async fn delete(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let (bot_id, test_id) = ids.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    testing::delete(&mut tx.conn(), tenant, bot_id, test_id).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
