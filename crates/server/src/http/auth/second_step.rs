use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::SecondStep;
use utoipa::ToSchema;

use super::wire::{SignedInBody, device};
use crate::http::{AppState, Problem, session_cookie};

#[derive(Deserialize, ToSchema)]
struct SecondStepBody {
    /// What `login` gave with `second_factor_required`
    #[schema(format = Password)]
    ticket: String,
    /// Six digits of the authenticator app, or a recovery code
    #[schema(format = Password, example = "123456")]
    code: String,
}

/// Sign in, second step
///
/// For a person with a second factor. A code works once. After five wrong ones each further one has to wait.
#[utoipa::path(tag = "auth", security(()), request_body = SecondStepBody, responses(
    (status = 200, description = "Signed in", body = SignedInBody),
    (status = 401, description = "`ticket_invalid`: begin with `login` again", body = Problem,
        content_type = "application/problem+json"),
    (status = 422, description = "`wrong_code`: wrong, or used already", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/login/second-factor")]
pub(super) async fn second_step(
    request: HttpRequest,
    state: Data<AppState>,
    Json(body): Json<SecondStepBody>,
) -> Result<HttpResponse, Problem> {
    let SecondStepBody { ticket, code } = body;
    let step = SecondStep { ticket: ticket.into(), code: code.into(), device: device(&request, &state) };
    let signed_in = state.accounts.sign_in_with_code(step).await?;
    let cookie = session_cookie::set(&state.config, &signed_in.session_token);
    Ok(HttpResponse::Ok().cookie(cookie).json(SignedInBody::new(signed_in.me, &signed_in.access_token)))
}
