use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Query},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_accounts::{Arrival, OidcEnd};
use url::form_urlencoded;

use super::cookie;
use crate::{
    config::Config,
    http::{AppState, Problem, auth::wire::device, session_cookie},
};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CallbackQuery {
    /// As the way there had it
    state: Option<String>,
    code: Option<String>,
    /// Instead of a code
    error: Option<String>,
}

/// Come back from the identity provider
///
/// The provider sends the browser here. It goes on to `/sign-in` with `oidc=done` and the session's cookie; with
/// `oidc=second_factor` or `oidc=newcomer` and a `ticket` behind the `#`; or with why not: `expired`, `denied`,
/// `unavailable`, `failed`, `no_email`, `link_first`, `sign_up_off`, `no_tenant`, `suspended`. From linking it goes to
/// `/settings/security` with `linked=done` or why not, which may also be `taken`.
#[utoipa::path(tag = "identities", security(()), params(CallbackQuery), responses(
    (status = 303, description = "To the dashboard", headers(("Location" = String))),
    (status = 404, description = "`not_found`: there is no identity provider", body = Problem,
        content_type = "application/problem+json"),
))]
#[get("/api/auth/oidc/callback")]
pub(super) async fn callback(
    request: HttpRequest,
    state: Data<AppState>,
    query: Query<CallbackQuery>,
) -> Result<HttpResponse, Problem> {
    let CallbackQuery { state: of_trip, code, error } = query.into_inner();
    let arrival = Arrival { state: of_trip.unwrap_or_default().into(), code: code.map(Into::into), error };
    let browser = cookie::read(&request, &state.config);
    let end = state.accounts.oidc_arrive(arrival, browser.as_ref(), &device(&request, &state)).await?;
    Ok(lead_on(&state.config, end))
}

fn lead_on(config: &Config, end: OidcEnd) -> HttpResponse {
    let secret = |text: &SecretString| text.expose_secret().to_owned();
    match end {
        OidcEnd::SignedIn { signed_in, next } => {
            let mut response = to_sign_in(config, "done", next.as_deref(), &[]);
            let cookies = [session_cookie::set(config, &signed_in.session_token), cookie::clear(config)];
            for cookie in cookies {
                // A name and a value of ours hold nothing that a cookie could not.
                let _ = response.add_cookie(&cookie);
            }
            response
        }
        OidcEnd::SecondFactorRequired { ticket, next } => {
            to_sign_in(config, "second_factor", next.as_deref(), &[("ticket", secret(&ticket.token))])
        }
        OidcEnd::Newcomer { token, name, email } => {
            let mut told = vec![("ticket", secret(&token)), ("email", email)];
            told.extend(name.map(|name| ("name", name)));
            to_sign_in(config, "newcomer", None, &told)
        }
        OidcEnd::Linked => to(config, "/settings/security", &[("linked", "done")], &[]),
        OidcEnd::Refused { why, was_linking: true } => {
            to(config, "/settings/security", &[("linked", why.as_str())], &[])
        }
        OidcEnd::Refused { why, was_linking: false } => to_sign_in(config, why.as_str(), None, &[]),
    }
}

/// `behind`: behind the `#`, which browsers send to nobody.
pub(super) fn to_sign_in(
    config: &Config,
    outcome: &'static str,
    next: Option<&str>,
    behind: &[(&str, String)],
) -> HttpResponse {
    let mut query = vec![("oidc", outcome)];
    query.extend(next.map(|next| ("next", next)));
    to(config, "/sign-in", &query, behind)
}

fn to(config: &Config, path: &str, query: &[(&str, &str)], behind: &[(&str, String)]) -> HttpResponse {
    let mut url = config.public_url.clone();
    url.set_path(path);
    url.query_pairs_mut().extend_pairs(query);
    if !behind.is_empty() {
        let fragment = form_urlencoded::Serializer::new(String::new()).extend_pairs(behind).finish();
        url.set_fragment(Some(&fragment));
    }
    HttpResponse::SeeOther().insert_header((header::LOCATION, url.as_str())).finish()
}
