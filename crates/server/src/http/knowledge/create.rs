use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::knowledge::{self, Item};
use switchboard_store::{KnowledgeKind, Scope};
use uuid::Uuid;

use super::{
    wire::{KnowledgeBody, KnowledgeFields},
    writer,
};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Teach a bot
///
/// The next answer knows it.
#[utoipa::path(tag = "knowledge", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body = KnowledgeFields, responses(
        (status = 201, description = "The item", body = KnowledgeBody),
        (status = 409, description = "`knowledge_full`: the bot knows as much as it can", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<KnowledgeFields>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let tenant = principal.tenant;
    if matches!(body.kind, Some(KnowledgeKind::File | KnowledgeKind::Page | KnowledgeKind::Site)) {
        return Err(Problem::invalid("type", "must be \"qa\" or \"text\" here"));
    }
    let (kind, mut item) = (body.kind(), Item { title: String::new(), content: String::new() });
    body.apply(kind, &mut item);
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let added = knowledge::add(conn, state.clock.now(), writer(principal), tenant, *bot_id, kind, item).await?;
    let body = KnowledgeBody::load(conn, tenant, *bot_id, added.id).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(body))
}
