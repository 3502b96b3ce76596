use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::OidcSignUp;
use switchboard_store::Language;
use utoipa::ToSchema;

use super::cookie;
use crate::http::{
    AppState, Problem,
    auth::{
        signup::make,
        wire::{SignedInBody, device},
    },
    session_cookie,
};

#[derive(Deserialize, ToSchema)]
struct OidcSignUpBody {
    /// Behind the `#` of the address that the provider's newcomer was sent to
    #[schema(format = Password)]
    ticket: String,
    /// The business's name: 1 to 100 characters
    #[schema(example = "Corner Bakery")]
    tenant_name: String,
    /// Your name: 1 to 100 characters
    #[schema(example = "Ayşe Usta")]
    name: String,
    /// `en`, `tr` or `ar`; `en` unless given
    #[schema(value_type = Option<String>, example = "tr")]
    language: Option<Language>,
}

/// Sign up with an account of the identity provider
///
/// As `signup`, without a password: the provider vouches for you. For the browser that came back from it.
#[utoipa::path(tag = "identities", security(()), request_body = OidcSignUpBody, responses(
    (status = 201, description = "Signed up and in", body = SignedInBody),
    (status = 401, description = "`ticket_invalid`: begin at the provider again", body = Problem,
        content_type = "application/problem+json"),
    (status = 409, description = "`email_taken`: someone has this e-mail address meanwhile", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/oidc/signup")]
pub(super) async fn signup(
    request: HttpRequest,
    state: Data<AppState>,
    Json(body): Json<OidcSignUpBody>,
) -> Result<HttpResponse, Problem> {
    let OidcSignUpBody { ticket, tenant_name, name, language } = body;
    let browser = cookie::read(&request, &state.config).unwrap_or_default();
    let (token, language) = (ticket.into(), language.unwrap_or(Language::English));
    let sign_up = OidcSignUp { token, browser, tenant_name, name, language, device: device(&request, &state) };
    let signed_in = make(&state, state.accounts.prepare_oidc_sign_up(sign_up).await?).await?;
    Ok(HttpResponse::Created()
        .cookie(session_cookie::set(&state.config, &signed_in.session_token))
        .cookie(cookie::clear(&state.config))
        .json(SignedInBody::new(signed_in.me, &signed_in.access_token)))
}
