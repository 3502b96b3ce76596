use actix_web::{
    HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{AppState, Problem};

#[derive(Deserialize, ToSchema)]
struct ResetPasswordBody {
    /// From the link in the mail
    #[schema(format = Password)]
    token: String,
    /// 10 to 200 characters, and none of the commonest passwords
    #[schema(format = Password)]
    password: String,
}

/// Choose a new password with the link of a mail
///
/// The link works once, for one hour. All sessions end: sign in afterwards.
#[utoipa::path(tag = "password", security(()), request_body = ResetPasswordBody, responses(
    (status = 204, description = "Changed"),
    (status = 410, description = "`link_invalid`: the link has been used or is too old", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/password/reset")]
pub(super) async fn reset(state: Data<AppState>, Json(body): Json<ResetPasswordBody>) -> Result<HttpResponse, Problem> {
    state.accounts.reset_password(&body.token.into(), &body.password.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
