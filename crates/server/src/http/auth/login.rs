use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_accounts::{SignIn, SignInOutcome, Ticket};
use utoipa::ToSchema;

use super::wire::{SignedInBody, user_agent};
use crate::http::{AppState, Problem, client_address::client_address, problem::CONTENT_TYPE, session_cookie};

#[derive(Deserialize, ToSchema)]
struct LoginBody {
    #[schema(example = "ayse@example.com")]
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// Why a sign-in is not done yet. With `second_factor_required`, and only then, `ticket` and `expires_at` are there.
#[derive(Serialize, ToSchema)]
struct NotSignedIn {
    #[serde(flatten)]
    problem: Problem,
    /// For the second step
    ticket: String,
    /// RFC 3339: until when the second step can be made
    #[schema(example = "2026-01-31T12:05:00Z")]
    expires_at: String,
}

impl NotSignedIn {
    fn respond(ticket: &Ticket) -> HttpResponse {
        let body = Self {
            problem: Problem::second_factor_required(),
            ticket: ticket.token.expose_secret().to_owned(),
            expires_at: ticket.expires_at.to_rfc3339(),
        };
        let text = serde_json::to_string(&body).unwrap_or_default();
        HttpResponse::build(body.problem.status).content_type(CONTENT_TYPE).body(text)
    }
}

/// Sign in
///
/// The session's cookie comes with the answer. After five failures each further one has to wait, twice as long every
/// time. Of a person with a second factor it takes a second step: the problem `second_factor_required` brings a ticket
/// for it.
#[utoipa::path(tag = "auth", security(()), request_body = LoginBody, responses(
    (status = 200, description = "Signed in", body = SignedInBody),
    (status = 401, description = "`wrong_credentials`: the e-mail address or the password is wrong; or \
        `second_factor_required`: they are right, and a code is to follow", body = NotSignedIn,
        content_type = "application/problem+json"),
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
    match state.accounts.sign_in(sign_in).await? {
        SignInOutcome::SecondFactorRequired(ticket) => Ok(NotSignedIn::respond(&ticket)),
        SignInOutcome::SignedIn(signed_in) => {
            let cookie = session_cookie::set(&state.config, &signed_in.session_token);
            Ok(HttpResponse::Ok().cookie(cookie).json(SignedInBody::new(signed_in.me, &signed_in.access_token)))
        }
    }
}
