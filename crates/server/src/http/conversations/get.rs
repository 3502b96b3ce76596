use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::ConversationBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a conversation
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    responses((status = 200, description = "The conversation", body = ConversationBody)))]
#[get("/api/conversations/{id}")]
pub(super) async fn get(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<ConversationBody>, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let mut tx = state.db.read(Scope::Tenant(principal.tenant)).await?;
    Ok(Json(ConversationBody::load(&mut tx.conn(), state.clock.now(), principal, *id).await?))
}
