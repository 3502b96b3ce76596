//! The cookie by which a browser that comes back from the provider is known to be the one that went there.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use secrecy::{ExposeSecret, SecretString};
use switchboard_accounts::TRIP_LIFE;

use crate::config::Config;

/// As the session's: see `session_cookie`.
fn name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-switchboard_oidc" } else { "switchboard_oidc" }
}

pub(super) fn read(request: &HttpRequest, config: &Config) -> Option<SecretString> {
    let cookie = request.cookie(name(config))?;
    // One of ours: 32 bytes as base64url.
    Some(cookie.value()).filter(|secret| secret.len() == 43).map(SecretString::from)
}

pub(super) fn set(config: &Config, secret: &SecretString) -> Cookie<'static> {
    let life = i64::try_from(TRIP_LIFE.as_secs()).unwrap_or(i64::MAX);
    build(config, secret.expose_secret().to_owned(), Duration::seconds(life))
}

pub(super) fn clear(config: &Config) -> Cookie<'static> {
    build(config, String::new(), Duration::ZERO)
}

fn build(config: &Config, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build(name(config), value)
        .path("/")
        .http_only(true)
        .secure(config.is_https())
        // Lax, not Strict: it comes along when the provider sends the browser back.
        .same_site(SameSite::Lax)
        .max_age(max_age)
        .finish()
}
