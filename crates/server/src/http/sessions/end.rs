use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// End one of your sessions
///
/// It ends at once, at other replicas within 15 seconds.
#[utoipa::path(tag = "sessions", params(("id" = Uuid, Path, description = "The session's id")),
    responses((status = 204, description = "Ended")))]
#[delete("/api/auth/sessions/{id}")]
pub(super) async fn end(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    state.accounts.end_session(&principal, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}
