use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::canned_replies;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::{CannedReplyBody, CannedReplyFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Change a canned reply
///
/// What is left out stays as it is.
#[utoipa::path(tag = "canned replies", request_body = CannedReplyFields,
    params(("id" = Uuid, Path, description = "The canned reply's id")),
    responses(
        (status = 200, description = "The canned reply as it is now", body = CannedReplyBody),
        (status = 409, description = "`name_taken`: the shortcut is", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[patch("/api/canned-replies/{id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<CannedReplyFields>,
) -> Result<Json<CannedReplyBody>, Problem> {
    let tenant = who.require(Permission::Organise)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let reply = canned_replies::update(&mut tx.conn(), state.clock.now(), tenant, *id, body.into()).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(reply.into()))
}
