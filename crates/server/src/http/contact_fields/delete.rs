use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::contact_fields;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Delete a field of contacts
///
/// All that contacts have in it is deleted with it.
#[utoipa::path(tag = "contact fields", params(("id" = Uuid, Path, description = "The field's id")),
    responses((status = 204, description = "Deleted")))]
#[delete("/api/contact-fields/{id}")]
pub(super) async fn delete(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageInbox)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    contact_fields::delete(&mut tx.conn(), state.clock.now(), tenant, *id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::NoContent().finish())
}
