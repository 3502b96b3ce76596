//! Secrets that are strong enough to serve with. A problem never repeats the secret.

use std::collections::HashSet;

use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::{AppSecrets, KeyRing};
use url::Url;

use super::{
    settings::{Settings, given, parse_app_secrets},
    urls,
};

/// In characters: as many as HMAC-SHA-256 has bytes (RFC 7518, §3.2).
const JWT_SECRET_LEN: usize = 32;
/// Fewer different characters than this is no random text of that length.
const JWT_SECRET_VARIETY: usize = 10;
/// In characters. Meta's are 32 hexadecimal digits.
const APP_SECRET_LEN: usize = 8;
/// In characters.
const VERIFY_TOKEN_LEN: usize = 8;
/// What examples and lazy hands put where a secret belongs.
const PLACEHOLDERS: &[&str] =
    &["changeme", "change-me", "change_me", "your-secret", "your_secret", "placeholder", "example"];

pub(super) fn master_keys(settings: &Settings, problems: &mut Vec<String>) -> Option<SecretString> {
    let Some(keys) = given(settings.master_keys.as_ref()) else {
        problems.push("SWITCHBOARD_MASTER_KEYS is missing: id:key, with a key from `openssl rand -base64 32`".into());
        return None;
    };
    match KeyRing::parse(keys.expose_secret()) {
        Ok(_) => Some(keys),
        Err(error) => {
            problems.push(format!("SWITCHBOARD_MASTER_KEYS: {error}"));
            None
        }
    }
}

pub(super) fn jwt_secret(settings: &Settings, problems: &mut Vec<String>) -> Option<SecretString> {
    let Some(secret) = given(settings.jwt_secret.as_ref()) else {
        problems.push("JWT_SECRET is missing: make one with `openssl rand -base64 48`".into());
        return None;
    };
    let text = secret.expose_secret();
    let variety = text.chars().collect::<HashSet<_>>().len();
    let shared = given(settings.meta_app_secret.as_ref()).is_some_and(|other| other.expose_secret().contains(text));
    if text.chars().count() < JWT_SECRET_LEN {
        problems.push("JWT_SECRET must have at least 32 characters: make one with `openssl rand -base64 48`".into());
    } else if variety < JWT_SECRET_VARIETY || is_placeholder(text) {
        problems.push("JWT_SECRET is easily guessed: make one with `openssl rand -base64 48`".into());
    } else if shared {
        problems.push("JWT_SECRET and META_APP_SECRET must differ: one leaking must not give the other away".into());
    } else {
        return Some(secret);
    }
    None
}

pub(super) fn app_secrets(settings: &Settings, problems: &mut Vec<String>) -> Option<AppSecrets> {
    let Some(secret) = given(settings.meta_app_secret.as_ref()) else {
        problems.push("META_APP_SECRET is missing: the Meta app's secret, from its dashboard".into());
        return None;
    };
    let text = secret.expose_secret();
    let is_strong = |part: &str| part.trim().len() >= APP_SECRET_LEN && !is_placeholder(part);
    let secrets = parse_app_secrets(text).filter(|_| text.split(',').all(is_strong));
    if secrets.is_none() {
        problems.push(
            "META_APP_SECRET must be the app's secret, or several with commas between: Meta's have 32 characters"
                .into(),
        );
    }
    secrets
}

pub(super) fn verify_token(settings: &Settings, problems: &mut Vec<String>) -> Option<SecretString> {
    let token = given(settings.webhook_verify_token.as_ref());
    match &token {
        None => {
            problems
                .push("WEBHOOK_VERIFY_TOKEN is missing: any text you also enter in the Meta app's dashboard".into());
        }
        Some(text) if text.expose_secret().chars().count() < VERIFY_TOKEN_LEN => {
            problems.push("WEBHOOK_VERIFY_TOKEN must have at least 8 characters".into());
            return None;
        }
        Some(_) => {}
    }
    token
}

/// With `tls=required` where nothing is said and the server is not on this machine: mails hold links that let people in.
pub(super) fn smtp_url(settings: &Settings, problems: &mut Vec<String>) -> Option<SecretString> {
    let given = given(settings.smtp_url.as_ref())?;
    let is_smtp = |url: &Url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host();
    let Some(mut url) = Url::parse(given.expose_secret().trim()).ok().filter(is_smtp) else {
        problems.push("SMTP_URL must be smtp://… or smtps://…".into());
        return None;
    };
    let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    match tls.as_deref() {
        None if url.scheme() == "smtp" && !urls::is_loopback(&url) => {
            url.query_pairs_mut().append_pair("tls", "required");
        }
        None | Some("required") => {}
        Some("opportunistic") if url.password().is_none() => {}
        Some("opportunistic") => {
            problems.push(
                "SMTP_URL would send its password unencrypted where the server offers no TLS: take tls=required".into(),
            );
            return None;
        }
        Some(_) => {
            problems.push("SMTP_URL may end in ?tls=required or ?tls=opportunistic, and in nothing else".into());
            return None;
        }
    }
    Some(String::from(url).into())
}

fn is_placeholder(text: &str) -> bool {
    let text = text.to_lowercase();
    PLACEHOLDERS.iter().any(|placeholder| text.contains(placeholder))
}
