use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, bot, tool};
use uuid::Uuid;

use super::wire::ToolBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List what a bot can do besides answering
///
/// Who may not change bots is shown no values of an address's query: one of them may be a key.
#[utoipa::path(tag = "tools", params(("id" = Uuid, Path, description = "The bot's id")),
    responses((status = 200, description = "All on one page, by their names", body = Page<ToolBody>)))]
#[get("/api/bots/{id}/tools")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
) -> Result<Json<Page<ToolBody>>, Problem> {
    let principal = who.require(Permission::ViewBots)?;
    let (tenant, may_change) = (principal.tenant, principal.may(Permission::ManageBots));
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    bot::get(conn, tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    let tools = tool::of_bot(conn, tenant, *bot_id).await?;
    let shown = |tool| if may_change { ToolBody::from(tool) } else { ToolBody::to_look_at(tool) };
    Ok(Json(Page::whole(tools.into_iter().map(shown))))
}
