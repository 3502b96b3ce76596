use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::notes::{self, Place};
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::{NoteBody, NoteFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Write a note to colleagues
///
/// The customer is told nothing, and it changes nothing about who is in control.
#[utoipa::path(tag = "notes", params(("id" = Uuid, Path, description = "The conversation's id")),
    request_body = NoteFields, responses((status = 201, description = "The note", body = NoteBody)))]
#[post("/api/conversations/{id}/notes")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<NoteFields>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::Organise)?;
    let place = Place { tenant_id: principal.tenant, conversation: *id };
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let note = notes::write(&mut tx.conn(), now, place, principal.person, &body.text, body.mentions).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Created().json(NoteBody::from(note)))
}
