use actix_web::{
    HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{AppState, Problem};

#[derive(Deserialize, ToSchema)]
struct VerifyEmailBody {
    /// From the link in the mail
    #[schema(format = Password)]
    token: String,
}

/// Prove an e-mail address
///
/// Takes the token of the mail that a sign-up sends. It works once, for 24 hours.
#[utoipa::path(tag = "auth", security(()), request_body = VerifyEmailBody, responses(
    (status = 204, description = "The address is proved"),
    (status = 410, description = "`link_invalid`: the link has been used or is too old", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/verify-email")]
pub(super) async fn verify_email(
    state: Data<AppState>,
    Json(body): Json<VerifyEmailBody>,
) -> Result<HttpResponse, Problem> {
    state.accounts.verify_email(&body.token.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
