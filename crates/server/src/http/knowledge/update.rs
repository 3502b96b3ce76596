use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::{crawling, knowledge};
use switchboard_store::{Scope, knowledge as stored};
use uuid::Uuid;

use super::{
    wire::{KnowledgeBody, KnowledgeFields},
    writer,
};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Correct something a bot knows
///
/// What is left out stays as it is; the type cannot change. The next answer knows it. What it said until now is kept as a
/// version of it.
#[utoipa::path(tag = "knowledge",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The item's id")),
    request_body = KnowledgeFields,
    responses(
        (status = 200, description = "The item as it is now", body = KnowledgeBody),
        (status = 409, description = "`knowledge_changed`: somebody has changed it since the `version` that was given; \
            `knowledge_full`: the bot knows as much as it can",
            body = Problem, content_type = "application/problem+json"),
    ))]
#[patch("/api/bots/{id}/knowledge/{item_id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
    Valid(body): Valid<KnowledgeFields>,
) -> Result<Json<KnowledgeBody>, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let tenant = principal.tenant;
    let (bot_id, item_id) = ids.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let kind = stored::get(conn, tenant, bot_id, item_id).await?.ok_or_else(Problem::not_found)?.kind;
    if body.kind.is_some_and(|wanted| wanted != kind) {
        return Err(Problem::invalid("type", "cannot be changed: delete the item and add another"));
    }
    let (now, schedule, seen) = (state.clock.now(), body.schedule, body.version);
    let item = (tenant, bot_id, item_id);
    knowledge::update(conn, now, writer(principal), item, seen, |item| body.apply(kind, item)).await?;
    if let Some(schedule) = schedule {
        crawling::set_schedule(conn, now, tenant, bot_id, item_id, schedule).await?;
    }
    let body = KnowledgeBody::load(conn, tenant, bot_id, item_id).await?;
    tx.commit().await?;
    Ok(Json(body))
}
