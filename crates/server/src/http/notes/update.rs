use actix_web::{
    put,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::notes::{self, Place};
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::{NoteBody, NoteFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Change a note of your own
#[utoipa::path(tag = "notes",
    params(("id" = Uuid, Path, description = "The conversation's id"), ("item_id" = Uuid, Path, description = "The note's id")),
    request_body = NoteFields,
    responses(
        (status = 200, description = "The note as it is now", body = NoteBody),
        (status = 403, description = "`forbidden`, or `not_yours`: somebody else wrote it", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[put("/api/conversations/{id}/notes/{item_id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
    Valid(body): Valid<NoteFields>,
) -> Result<Json<NoteBody>, Problem> {
    let principal = who.require(Permission::Organise)?;
    let (conversation, note) = ids.into_inner();
    let place = Place { tenant_id: principal.tenant, conversation };
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let note = notes::edit(&mut tx.conn(), now, place, note, principal.person, &body.text, body.mentions).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(note.into()))
}
