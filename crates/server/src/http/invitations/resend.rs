use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use uuid::Uuid;

use super::wire::InvitedBody;
use crate::http::{AppState, Authenticated, Problem};

/// Send an invitation again
///
/// Its seven days begin anew, and the link of before stops working.
#[utoipa::path(tag = "invitations", params(("id" = Uuid, Path, description = "The invitation's id")), responses(
    (status = 200, description = "The invitation; where no mail is sent, with its new link", body = InvitedBody),
))]
#[post("/api/invitations/{id}/resend")]
pub(super) async fn resend(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<InvitedBody>, Problem> {
    let principal = who.require(Permission::ManagePeople)?;
    Ok(Json(state.accounts.resend_invitation(principal, *id).await?.into()))
}
