use actix_web::{
    post,
    web::{Data, Json, Path},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_inbox::control;
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ConversationBody;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Serialize, ToSchema)]
struct TakenOverBody {
    #[serde(flatten)]
    conversation: ConversationBody,
    /// How many of the AI's messages were on their way already and can no longer be stopped
    in_flight: usize,
}

/// Take a conversation over
///
/// From this answer on, nothing that the AI had to say leaves; it becomes the conversation's `suggestion`. A conversation
/// that people have already stays theirs.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    responses((status = 200, description = "The conversation as it is now", body = TakenOverBody)))]
#[post("/api/conversations/{id}/takeover")]
pub(super) async fn takeover(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<TakenOverBody>, Problem> {
    let principal = who.require(Permission::TakeControl)?;
    let (tenant, now) = (principal.tenant, state.clock.now());
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let taken = control::take_over(&mut tx.conn(), now, tenant, *id, principal.person).await?;
    let in_flight = taken.ok_or_else(Problem::not_found)?.in_flight;
    let conversation = ConversationBody::load(&mut tx.conn(), now, principal, *id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(TakenOverBody { conversation, in_flight }))
}
