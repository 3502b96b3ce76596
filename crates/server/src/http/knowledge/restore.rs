use actix_web::{
    post,
    web::{Data, Json, Path},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::knowledge;
use switchboard_store::Scope;
use uuid::Uuid;

use super::{wire::KnowledgeBody, writer};
use crate::http::{AppState, Authenticated, Problem};

/// Have something a bot knows say what it said before
///
/// The next answer knows it. What it said until now is kept as a version, so this is undone the same way.
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id"),
        ("number" = i64, Path, description = "The version's number")),
    responses(
        (status = 200, description = "The item as it is now", body = KnowledgeBody),
        (status = 409, description = "`from_the_web`: it is a web page or a site, which says what is read there; \
            `knowledge_full`: the bot knows as much as it can",
            body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge/{item_id}/versions/{number}/restore")]
pub(super) async fn restore(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid, i64)>,
) -> Result<Json<KnowledgeBody>, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let (tenant, (bot_id, item_id, number)) = (principal.tenant, ids.into_inner());
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    knowledge::restore(conn, now, writer(principal), (tenant, bot_id, item_id), number).await?;
    let detail = json!({ "bot_id": bot_id, "version": number });
    audit::record(conn, principal.into(), now, "knowledge.restored", Some(item_id.to_string()), detail).await?;
    let body = KnowledgeBody::load(conn, tenant, bot_id, item_id).await?;
    tx.commit().await?;
    Ok(Json(body))
}
