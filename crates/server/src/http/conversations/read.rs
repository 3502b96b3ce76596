use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::{control, receipts::Shown};
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::ConversationBody;
use crate::http::{AppState, Authenticated, Problem};

/// Mark a conversation as read
///
/// The customer sees that their messages were read, if the business would have them see it (`read_receipts`).
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    responses((status = 200, description = "The conversation as it is now", body = ConversationBody)))]
#[post("/api/conversations/{id}/read")]
pub(super) async fn read(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<ConversationBody>, Problem> {
    let principal = who.require(Permission::Reply)?;
    let tenant = principal.tenant;
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let was_unread = control::mark_read(&mut tx.conn(), now, tenant, *id).await?.ok_or_else(Problem::not_found)?;
    let conversation = ConversationBody::load(&mut tx.conn(), now, principal, *id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    if was_unread {
        state.bots.receipts.show(tenant, *id, Shown::Read);
    }
    Ok(Json(conversation))
}
