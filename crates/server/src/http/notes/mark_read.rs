use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::notes::{self, Place};
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Say that you have seen the notes that name you
///
/// For a person: a program is named nowhere.
#[utoipa::path(tag = "notes", params(("id" = Uuid, Path, description = "The conversation's id")),
    responses((status = 204, description = "Seen")))]
#[post("/api/conversations/{id}/mentions/read")]
pub(super) async fn mark_read(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let person = principal.person.ok_or_else(Problem::forbidden)?;
    let place = Place { tenant_id: principal.tenant, conversation: *id };
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    notes::mark_read(&mut tx.conn(), state.clock.now(), place, person).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::NoContent().finish())
}
