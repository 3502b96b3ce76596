use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Revoke an API key
///
/// It stops working at once, at other replicas within 15 seconds, and for good.
#[utoipa::path(tag = "api keys", params(("id" = Uuid, Path, description = "The key's id")),
    responses((status = 204, description = "Revoked")))]
#[delete("/api/api-keys/{id}")]
pub(super) async fn revoke(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageKeys)?;
    state.accounts.revoke_api_key(principal, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}
