use actix_web::{HttpRequest, HttpResponse, post, web::Data};

use super::wire::SignedInBody;
use crate::http::{AppState, Problem, origin, session_cookie};

/// Get the next access token
///
/// Takes the session's cookie, and moves the session's end to 30 days from now.
#[utoipa::path(tag = "auth", security(()), responses(
    (status = 200, description = "A new access token", body = SignedInBody),
    (status = 401, description = "`unauthorized`: there is no cookie, or its session has ended", body = Problem,
        content_type = "application/problem+json"),
    (status = 403, description = "`foreign_origin`: another site's page is asking", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/refresh")]
pub(super) async fn refresh(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    origin::refuse_foreign(&request, &state.config.public_url)?;
    let session_token = session_cookie::read(&request, &state.config).ok_or_else(Problem::unauthorized)?;
    let refreshed = state.accounts.refresh(&session_token).await?;
    // Again, for its life in the browser begins anew as well.
    let cookie = session_cookie::set(&state.config, &session_token);
    Ok(HttpResponse::Ok().cookie(cookie).json(SignedInBody::new(refreshed.me, &refreshed.access_token)))
}
