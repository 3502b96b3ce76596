use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_onboarding::By;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Disconnect a number
///
/// Nothing arrives for it or leaves from it any more. Its conversations stay, and it can be connected again. With the last
/// number of an account, the permission for the account is destroyed.
#[utoipa::path(tag = "numbers", params(("id" = Uuid, Path, description = "The number's id")),
    responses((status = 204, description = "Disconnected")))]
#[delete("/api/numbers/{id}")]
pub(super) async fn disconnect(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageNumbers)?;
    let by = By { actor: principal.actor, id: principal.actor_id() };
    state.onboarding.disconnect(principal.tenant, by, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}
