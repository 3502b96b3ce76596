use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, bot_test};
use uuid::Uuid;

use super::wire::TestReportBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a run of a bot's tests
///
/// With what has come of each test so far, and what came of it the time before.
#[utoipa::path(tag = "bot tests",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The run's id")),
    responses((status = 200, description = "The run", body = TestReportBody)))]
#[get("/api/bots/{id}/test-runs/{item_id}")]
pub(super) async fn run(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<Json<TestReportBody>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (bot_id, run_id) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let run = bot_test::run(conn, tenant, bot_id, run_id).await?.ok_or_else(Problem::not_found)?;
    let results = bot_test::results(conn, tenant, run_id).await?;
    Ok(Json(TestReportBody::of(run, results)))
}
