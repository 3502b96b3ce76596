use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::tools::without_values;
use switchboard_store::{Scope, bot};
use uuid::Uuid;

use super::wire::{ToolBody, ToolFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Give a bot a tool
///
/// From the next answer on. An MCP server is asked first what tools it has; none of them is on until it is chosen.
#[utoipa::path(tag = "tools", params(("id" = Uuid, Path, description = "The bot's id")), request_body = ToolFields,
    responses((status = 201, description = "The tool", body = ToolBody)))]
#[post("/api/bots/{id}/tools")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<ToolFields>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let (tenant, tools) = (principal.tenant, &state.bots.tools);
    let draft = body.into_draft()?;
    // Before anything is locked: it may take its time.
    let listed = {
        let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        bot::get(conn, tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
        let headers = tools.changed_headers(conn, None, &draft).await?;
        drop(tx);
        tools.list(&draft, &headers).await?
    };
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let tool = tools.create(conn, now, (tenant, *bot_id), draft, Some(listed)).await?;
    let detail = json!({ "bot_id": *bot_id, "name": tool.name, "url": without_values(&tool.url) });
    audit::record(conn, principal.into(), now, "tool.created", Some(tool.id.to_string()), detail).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(ToolBody::from(tool)))
}
