use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, bot, bot_test};
use uuid::Uuid;

use super::wire::BotTestBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List the tests of a bot
///
/// In the order they were made.
#[utoipa::path(tag = "bot tests", params(("id" = Uuid, Path, description = "The bot's id"), PageQuery),
    responses((status = 200, description = "A page of tests", body = Page<BotTestBody>)))]
#[get("/api/bots/{id}/tests")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<Json<Page<BotTestBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (after, limit) = (query.id_cursor()?, query.limit()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    bot::get(&mut tx.conn(), tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    let tests = bot_test::list(&mut tx.conn(), tenant, *bot_id, after, limit + 1).await?;
    Ok(Json(Page::from_rows(tests, limit, |test| test.id.to_string(), Into::into)))
}
