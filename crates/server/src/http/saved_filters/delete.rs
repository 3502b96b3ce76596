use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::saved_filters;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::keeper;
use crate::http::{AppState, Authenticated, Problem};

/// Delete a saved filter
///
/// Your own; everybody's, for who may manage the inbox.
#[utoipa::path(tag = "saved filters", params(("id" = Uuid, Path, description = "The saved filter's id")),
    responses((status = 204, description = "Deleted")))]
#[delete("/api/saved-filters/{id}")]
pub(super) async fn delete(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    saved_filters::delete(&mut tx.conn(), state.clock.now(), keeper(principal), *id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::NoContent().finish())
}
