use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::canned_replies;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Delete a canned reply
///
/// What was sent of it stays as it was sent.
#[utoipa::path(tag = "canned replies", params(("id" = Uuid, Path, description = "The canned reply's id")),
    responses((status = 204, description = "Deleted")))]
#[delete("/api/canned-replies/{id}")]
pub(super) async fn delete(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::Organise)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    canned_replies::delete(&mut tx.conn(), state.clock.now(), tenant, *id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::NoContent().finish())
}
