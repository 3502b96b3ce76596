use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{AppState, Problem, client_address::client_address};

#[derive(Deserialize, ToSchema)]
struct ForgotPasswordBody {
    #[schema(example = "ayse@example.com")]
    email: String,
}

/// Ask for a mail with which to choose a new password
///
/// Answers the same whether or not somebody has this address.
#[utoipa::path(tag = "password", security(()), request_body = ForgotPasswordBody, responses(
    (status = 202, description = "If somebody has this address, a mail is on its way"),
    (status = 409, description = "`mail_off`: this installation sends no mail", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/password/forgot")]
pub(super) async fn forgot(
    request: HttpRequest,
    state: Data<AppState>,
    Json(body): Json<ForgotPasswordBody>,
) -> Result<HttpResponse, Problem> {
    let address = client_address(&request, state.config.trusted_proxies).to_string();
    state.accounts.request_password_reset(&body.email, &address).await?;
    Ok(HttpResponse::Accepted().finish())
}
