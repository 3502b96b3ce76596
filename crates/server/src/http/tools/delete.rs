use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_store::Scope;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Take a tool from a bot
///
/// What it did stays in the conversations.
#[utoipa::path(tag = "tools", params(("id" = Uuid, Path, description = "The bot's id"),
    ("item_id" = Uuid, Path, description = "The tool's id")),
    responses((status = 204, description = "It is gone")))]
#[delete("/api/bots/{id}/tools/{item_id}")]
pub(super) async fn delete(
    state: Data<AppState>,
    who: Authenticated,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let (tenant, (bot_id, id)) = (principal.tenant, *path);
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    state.bots.tools.delete(conn, tenant, bot_id, id).await?;
    let detail = json!({ "bot_id": bot_id });
    audit::record(conn, principal.into(), now, "tool.deleted", Some(id.to_string()), detail).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
