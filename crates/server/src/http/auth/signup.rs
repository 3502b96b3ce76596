use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::{PreparedSignUp, SignUp, SignedIn};
use switchboard_bots::bot;
use switchboard_store::{Language, Scope, Signal};
use utoipa::ToSchema;

use super::wire::{SignedInBody, device};
use crate::http::{AppState, Problem, session_cookie};

#[derive(Deserialize, ToSchema)]
struct SignUpBody {
    /// The business's name: 1 to 100 characters
    #[schema(example = "Corner Bakery")]
    tenant_name: String,
    /// Your name: 1 to 100 characters
    #[schema(example = "Ayşe Usta")]
    name: String,
    #[schema(example = "ayse@example.com")]
    email: String,
    /// 10 to 200 characters, and none of the commonest passwords
    #[schema(format = Password)]
    password: String,
    /// `en`, `tr` or `ar`: of mails and of the dashboard; `en` unless given
    #[schema(value_type = Option<String>, example = "tr")]
    language: Option<Language>,
}

/// Sign up
///
/// Makes a tenant with its first bot, and you its owner. The session's cookie comes with the answer. Where this
/// installation sends mail, one comes with which to prove your address; until then you cannot invite others.
#[utoipa::path(tag = "auth", security(()), request_body = SignUpBody, responses(
    (status = 201, description = "Signed up and in", body = SignedInBody),
    (status = 409, description = "`email_taken`: someone has this e-mail address already", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/signup")]
pub(super) async fn signup(
    request: HttpRequest,
    state: Data<AppState>,
    Json(body): Json<SignUpBody>,
) -> Result<HttpResponse, Problem> {
    let SignUpBody { tenant_name, name, email, password, language } = body;
    let (password, device) = (password.into(), device(&request, &state));
    let language = language.unwrap_or(Language::English);
    let sign_up = SignUp { tenant_name, name, email, password, language, device };
    let signed_in = make(&state, state.accounts.prepare_sign_up(sign_up).await?).await?;
    let cookie = session_cookie::set(&state.config, &signed_in.session_token);
    Ok(HttpResponse::Created().cookie(cookie).json(SignedInBody::new(signed_in.me, &signed_in.access_token)))
}

/// The tenant, its owner, their session and a first bot: all of it or nothing.
pub(in crate::http) async fn make(state: &AppState, prepared: PreparedSignUp) -> Result<SignedIn, Problem> {
    let tenant = prepared.tenant_id();
    let mut tx = state.db.write(Scope::System).await?;
    let mut conn = tx.conn();
    let signed_in = state.accounts.sign_up(&mut conn, prepared).await?;
    let settings = bot::Settings { name: signed_in.me.tenant.name.clone(), ..bot::Settings::default() };
    let first_bot = bot::create(&mut conn, state.clock.now(), &state.bots.models, tenant, settings);
    first_bot.await.map_err(Problem::internal)?;
    tx.commit().await?;
    state.notifier.notify(Signal::Mail);
    Ok(signed_in)
}
