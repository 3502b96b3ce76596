use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::SignIn;
use utoipa::ToSchema;

use super::wire::{SignedInBody, user_agent};
use crate::http::{AppState, Problem, client_address::client_address, session_cookie};

#[derive(Deserialize, ToSchema)]
struct LoginBody {
    #[schema(example = "ayse@example.com")]
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// Sign in
///
/// The session's cookie comes with the answer. After five failures each further one has to wait, twice as long every
/// time.
#[utoipa::path(tag = "auth", security(()), request_body = LoginBody, responses(
    (status = 200, description = "Signed in", body = SignedInBody),
    (status = 401, description = "`wrong_credentials`: the e-mail address or the password is wrong", body = Problem,
        content_type = "application/problem+json"),
    (status = 403, description = "`tenant_suspended`", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/login")]
pub(super) async fn login(
    request: HttpRequest,
    state: Data<AppState>,
    Json(body): Json<LoginBody>,
) -> Result<HttpResponse, Problem> {
    let address = client_address(&request, state.config.trusted_proxies).to_string();
    let LoginBody { email, password } = body;
    let sign_in = SignIn { email, password: password.into(), address, user_agent: user_agent(&request) };
    let signed_in = state.accounts.sign_in(sign_in).await?;
    let cookie = session_cookie::set(&state.config, &signed_in.session_token);
    Ok(HttpResponse::Ok().cookie(cookie).json(SignedInBody::new(signed_in.me, &signed_in.access_token)))
}
