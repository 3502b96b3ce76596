//! The cookie that holds the session token.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use secrecy::{ExposeSecret, SecretString};
use switchboard_accounts::SESSION_LIFE;

use crate::config::Config;

/// Over HTTPS the `__Host-` prefix makes browsers insist on Secure, `Path=/` and no Domain: no neighbour under the same
/// domain can plant it. Browsers refuse the prefix over plain HTTP, as on one's own machine.
fn name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-switchboard_session" } else { "switchboard_session" }
}

/// The session token that a request carries.
pub(crate) fn read(request: &HttpRequest, config: &Config) -> Option<SecretString> {
    let cookie = request.cookie(name(config))?;
    Some(cookie.value()).filter(|token| !token.is_empty()).map(SecretString::from)
}

pub(crate) fn set(config: &Config, session_token: &SecretString) -> Cookie<'static> {
    let life = i64::try_from(SESSION_LIFE.as_secs()).unwrap_or(i64::MAX);
    build(config, session_token.expose_secret().to_owned(), Duration::seconds(life))
}

pub(crate) fn clear(config: &Config) -> Cookie<'static> {
    build(config, String::new(), Duration::ZERO)
}

fn build(config: &Config, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build(name(config), value)
        .path("/")
        .http_only(true)
        .secure(config.is_https())
        // Lax, not Strict: the cookie comes along when Meta sends the browser back.
        .same_site(SameSite::Lax)
        .max_age(max_age)
        .finish()
}
