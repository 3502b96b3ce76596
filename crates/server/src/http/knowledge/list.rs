use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, bot, knowledge};
use uuid::Uuid;

use super::wire::KnowledgeBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List what a bot knows
///
/// In the order it was added.
#[utoipa::path(tag = "knowledge", params(("id" = Uuid, Path, description = "The bot's id"), PageQuery),
    responses((status = 200, description = "A page of items", body = Page<KnowledgeBody>)))]
#[get("/api/bots/{id}/knowledge")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<Json<Page<KnowledgeBody>>, Problem> {
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (after, limit) = (query.id_cursor()?, query.limit()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    bot::get(&mut tx.conn(), tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    let items = knowledge::list(&mut tx.conn(), tenant, *bot_id, after, limit + 1).await?;
    Ok(Json(Page::from_rows(items, limit, |item| item.id.to_string(), Into::into)))
}
