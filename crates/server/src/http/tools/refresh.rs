use actix_web::{
    post,
    web::{Data, Json, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_store::{Scope, tool};
use uuid::Uuid;

use super::wire::ToolBody;
use crate::http::{AppState, Authenticated, Problem};

/// Ask an MCP server again what tools it has
///
/// What is new, or describes itself otherwise than before, is off until it is chosen.
#[utoipa::path(tag = "tools", params(("id" = Uuid, Path, description = "The bot's id"),
    ("item_id" = Uuid, Path, description = "The tool's id")),
    responses((status = 200, description = "The server with its tools as they are now", body = ToolBody)))]
#[post("/api/bots/{id}/tools/{item_id}/refresh")]
pub(super) async fn refresh(
    state: Data<AppState>,
    who: Authenticated,
    path: Path<(Uuid, Uuid)>,
) -> Result<Json<ToolBody>, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let (tenant, (bot_id, id), tools) = (principal.tenant, *path, &state.bots.tools);
    // Before anything is locked: it may take its time.
    let (asked, listed) = {
        let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
        let stored = tool::get(&mut tx.conn(), tenant, bot_id, id).await?.ok_or_else(Problem::not_found)?;
        let draft = tools.unchanged(&stored)?;
        let headers = tools.changed_headers(&mut tx.conn(), Some(&stored), &draft).await?;
        drop(tx);
        (stored.url, tools.list(&draft, &headers).await?)
    };
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    // Else it would be put back to what it was before somebody changed it meanwhile.
    let stored = tool::lock(conn, tenant, bot_id, id).await?.ok_or_else(Problem::not_found)?;
    if stored.url != asked {
        let detail = "the server was given another address while it was asked; ask it again";
        return Err(Problem::conflict("tool_changed", detail));
    }
    let draft = tools.unchanged(&stored)?;
    let tool = tools.update(conn, now, (tenant, bot_id, id), draft, Some(listed)).await?;
    let detail = json!({ "bot_id": bot_id, "name": tool.name });
    audit::record(conn, principal.into(), now, "tool.refreshed", Some(id.to_string()), detail).await?;
    tx.commit().await?;
    Ok(Json(tool.into()))
}
