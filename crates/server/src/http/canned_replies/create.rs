use actix_web::{HttpResponse, post, web::Data};
use switchboard_accounts::Permission;
use switchboard_inbox::canned_replies;
use switchboard_store::{Scope, Signal};

use super::wire::{CannedReplyBody, CannedReplyFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Make a canned reply
///
/// All of its fields are needed.
#[utoipa::path(tag = "canned replies", request_body = CannedReplyFields, responses(
    (status = 201, description = "The canned reply", body = CannedReplyBody),
    (status = 409, description = "`name_taken`: the shortcut is; `too_many`: a business has at most 500", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/canned-replies")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<CannedReplyFields>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::Organise)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let reply = canned_replies::create(&mut tx.conn(), state.clock.now(), tenant, body.into()).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Created().json(CannedReplyBody::from(reply)))
}
