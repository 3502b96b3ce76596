use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::notes::{self, Place};
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Delete a note
///
/// One of your own; who may manage the inbox deletes any.
#[utoipa::path(tag = "notes",
    params(("id" = Uuid, Path, description = "The conversation's id"), ("item_id" = Uuid, Path, description = "The note's id")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "`forbidden`, or `not_yours`: somebody else wrote it", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[delete("/api/conversations/{id}/notes/{item_id}")]
pub(super) async fn delete(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::Organise)?;
    let (conversation, note) = ids.into_inner();
    let place = Place { tenant_id: principal.tenant, conversation };
    let (now, any) = (state.clock.now(), principal.may(Permission::ManageInbox));
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    notes::delete(&mut tx.conn(), now, place, note, principal.person, any).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::NoContent().finish())
}
