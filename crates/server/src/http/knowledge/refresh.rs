use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::{knowledge, pages};
use switchboard_store::{KnowledgeKind, Scope, knowledge as stored};
use uuid::Uuid;

use super::wire::KnowledgeBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a web page again
///
/// The next answer knows what it says now. Where it cannot be read, what was read before stays, and the item says why.
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id")),
    responses(
        (status = 200, description = "The item as it is now", body = KnowledgeBody),
        (status = 409, description = "`no_page`: it is no web page", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge/{item_id}/refresh")]
pub(super) async fn refresh(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<Json<KnowledgeBody>, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let (bot_id, item_id) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let item = stored::get(&mut tx.conn(), tenant, bot_id, item_id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let url = item.source.as_deref().filter(|_| item.kind == KnowledgeKind::Page).and_then(pages::parse_url);
    let url = url.ok_or_else(|| Problem::conflict("no_page", "only a web page is read again"))?;
    let read = state.pages.read(&url).await;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let item = knowledge::refresh_page(&mut tx.conn(), state.clock.now(), tenant, bot_id, item_id, read).await?;
    tx.commit().await?;
    Ok(Json(item.into()))
}
