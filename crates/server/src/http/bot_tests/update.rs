use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::{BotTestBody, BotTestFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Change a test of a bot
///
/// What is left out stays as it is. A run that is under way goes on with what it was.
#[utoipa::path(tag = "bot tests",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The test's id")),
    request_body = BotTestFields,
    responses((status = 200, description = "The test as it is now", body = BotTestBody)))]
#[patch("/api/bots/{id}/tests/{item_id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
    Valid(body): Valid<BotTestFields>,
) -> Result<Json<BotTestBody>, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let (bot_id, test_id) = ids.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let change = |case: &mut _| body.apply(case);
    let test = testing::update(&mut tx.conn(), state.clock.now(), tenant, bot_id, test_id, change).await?;
    tx.commit().await?;
    Ok(Json(test.into()))
}
