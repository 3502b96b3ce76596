use actix_web::{HttpResponse, delete, web::Data};

use crate::http::{AppState, Authenticated, Problem};

/// End all of your sessions but this one
#[utoipa::path(tag = "sessions", responses((status = 204, description = "The others have ended")))]
#[delete("/api/auth/sessions")]
pub(super) async fn end_others(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<HttpResponse, Problem> {
    state.accounts.end_other_sessions(&principal).await?;
    Ok(HttpResponse::NoContent().finish())
}
