use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing::RUNS_KEPT;
use switchboard_store::{Scope, bot, bot_test};
use uuid::Uuid;

use super::wire::TestRunBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the runs of a bot's tests
///
/// The newest first, all that are kept.
#[utoipa::path(tag = "bot tests", params(("id" = Uuid, Path, description = "The bot's id")),
    responses((status = 200, description = "The runs", body = Page<TestRunBody>)))]
#[get("/api/bots/{id}/test-runs")]
pub(super) async fn runs(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
) -> Result<Json<Page<TestRunBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    bot::get(&mut tx.conn(), tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    let runs = bot_test::runs(&mut tx.conn(), tenant, *bot_id, RUNS_KEPT).await?;
    Ok(Json(Page::whole(runs.into_iter().map(Into::into))))
}
