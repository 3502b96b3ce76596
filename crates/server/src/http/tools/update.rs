use actix_web::{
    put,
    web::{Data, Json, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::tools::without_values;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::{ToolBody, ToolFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Change a tool
///
/// From the next answer on.
#[utoipa::path(tag = "tools", params(("id" = Uuid, Path, description = "The bot's id"),
    ("item_id" = Uuid, Path, description = "The tool's id")), request_body = ToolFields,
    responses((status = 200, description = "The tool as it is now", body = ToolBody)))]
#[put("/api/bots/{id}/tools/{item_id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    path: Path<(Uuid, Uuid)>,
    Valid(body): Valid<ToolFields>,
) -> Result<Json<ToolBody>, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let (tenant, (bot_id, id)) = (principal.tenant, *path);
    let draft = body.into_draft()?;
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let tool = state.bots.tools.update(conn, now, (tenant, bot_id, id), draft, None).await?;
    let url = without_values(&tool.url);
    let detail = json!({ "bot_id": bot_id, "name": tool.name, "url": url, "enabled": tool.enabled });
    audit::record(conn, principal.into(), now, "tool.updated", Some(id.to_string()), detail).await?;
    tx.commit().await?;
    Ok(Json(tool.into()))
}
