use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_inbox::typing::{Writing, tell};
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WritingBody {
    /// A message to the customer
    Reply,
    /// A note to colleagues
    Note,
}

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct TypingFields {
    writing: WritingBody,
}

/// Say that you are typing
///
/// Colleagues are told by the event `conversation.typing` and believe it for eight seconds, so that no two of them answer
/// at once. The customer sees it of a reply, if the business would have them see it (`read_receipts`). For a person: a
/// program does not type.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    request_body = TypingFields, responses((status = 204, description = "Told")))]
#[post("/api/conversations/{id}/typing")]
pub(super) async fn typing(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<TypingFields>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::Reply)?;
    let person = principal.person.ok_or_else(Problem::forbidden)?;
    let writing = match body.writing {
        WritingBody::Reply => Writing::Reply,
        WritingBody::Note => Writing::Note,
    };
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let told = tell(&mut tx.conn(), state.clock.now(), principal.tenant, *id, person, writing).await?;
    told.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    if writing == Writing::Reply {
        state.bots.receipts.show_person_typing(principal.tenant, *id);
    }
    Ok(HttpResponse::NoContent().finish())
}
