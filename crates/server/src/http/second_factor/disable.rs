use actix_web::{
    HttpResponse, post,
    web::{Data, Json},
};

use super::wire::PasswordBody;
use crate::http::{AppState, Authenticated, Problem};

/// Turn your second factor off
#[utoipa::path(tag = "second factor", request_body = PasswordBody, responses(
    (status = 204, description = "It is off, or was so already"),
    (status = 422, description = "`wrong_password`", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/second-factor/disable")]
pub(super) async fn disable(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<PasswordBody>,
) -> Result<HttpResponse, Problem> {
    state.accounts.disable_second_factor(&principal, &body.password.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
