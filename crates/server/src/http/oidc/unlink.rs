use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Take a linked account off yours
#[utoipa::path(tag = "identities", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "It opens your account no more"),
    (status = 409, description = "`only_way_in`: choose a password first", body = Problem,
        content_type = "application/problem+json"),
))]
#[delete("/api/auth/identities/{id}")]
pub(super) async fn unlink(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    state.accounts.unlink_identity(&principal, id.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}
