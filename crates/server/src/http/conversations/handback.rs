use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::control;
use switchboard_store::{Actor, Scope, Signal};
use uuid::Uuid;

use super::wire::ConversationBody;
use crate::http::{AppState, Authenticated, Problem};

/// Hand a conversation back to the AI
///
/// It answers at once what nobody has answered.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    responses((status = 200, description = "The conversation as it is now", body = ConversationBody)))]
#[post("/api/conversations/{id}/handback")]
pub(super) async fn handback(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<ConversationBody>, Problem> {
    let principal = who.require(Permission::TakeControl)?;
    let (tenant, now) = (principal.tenant, state.clock.now());
    let reason = if principal.actor == Actor::ApiKey { "api" } else { "operator" };
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    control::hand_back(&mut tx.conn(), now, tenant, *id, reason).await?.ok_or_else(Problem::not_found)?;
    let conversation = ConversationBody::load(&mut tx.conn(), now, principal, *id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Turn);
    state.notifier.notify(Signal::Event);
    Ok(Json(conversation))
}
