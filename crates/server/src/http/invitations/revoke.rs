use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Revoke an invitation
#[utoipa::path(tag = "invitations", params(("id" = Uuid, Path, description = "The invitation's id")),
    responses((status = 204, description = "Its link works no more")))]
#[delete("/api/invitations/{id}")]
pub(super) async fn revoke(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManagePeople)?;
    state.accounts.revoke_invitation(principal, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}
