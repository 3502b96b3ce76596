use actix_web::{HttpRequest, HttpResponse, post, web::Data};

use crate::http::{AppState, Authenticated, Problem, origin, session_cookie};

/// Sign out
///
/// Ends the session of the cookie and of the access token, whichever come along. Its access tokens end with it.
#[utoipa::path(tag = "auth", security((), ("access_token" = [])), responses(
    (status = 204, description = "Signed out, or was so already"),
    (status = 403, description = "`foreign_origin`: another site's page is asking", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/logout")]
pub(super) async fn logout(
    request: HttpRequest,
    state: Data<AppState>,
    authenticated: Option<Authenticated>,
) -> Result<HttpResponse, Problem> {
    origin::refuse_foreign(&request, &state.config.public_url)?;
    if let Some(session_token) = session_cookie::read(&request, &state.config) {
        state.accounts.log_out(&session_token).await?;
    }
    if let Some(Authenticated(principal)) = authenticated {
        state.accounts.log_out_principal(&principal).await?;
    }
    Ok(HttpResponse::NoContent().cookie(session_cookie::clear(&state.config)).finish())
}
