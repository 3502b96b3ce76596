use actix_web::{
    get,
    web::{Data, Json, Query},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, bot};

use super::wire::BotBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List bots
///
/// In the order they were made.
#[utoipa::path(tag = "bots", params(PageQuery),
    responses((status = 200, description = "A page of bots", body = Page<BotBody>)))]
#[get("/api/bots")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<PageQuery>,
) -> Result<Json<Page<BotBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (after, limit) = (query.id_cursor()?, query.limit()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let bots = bot::list(&mut tx.conn(), tenant, after, limit + 1).await?;
    Ok(Json(Page::from_rows(bots, limit, |bot| bot.id.to_string(), Into::into)))
}
