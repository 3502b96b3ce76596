//! Addresses, and how they must fit together.

use std::net::IpAddr;

use url::{Host, Url};

/// Where Meta sends the browser back to.
const CALLBACK_PATH: &str = "/api/onboarding/whatsapp/callback";
const WEBHOOK_PATH: &str = "/webhooks/whatsapp";

/// An address that secrets may travel to: HTTPS, or on this machine.
pub(super) fn public_url(text: &str, problems: &mut Vec<String>) -> Option<Url> {
    let url = secure("PUBLIC_URL", text, problems)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        problems.push("PUBLIC_URL must end after the host and port: Switchboard serves whole hosts".into());
        return None;
    }
    Some(url)
}

/// Where Meta is, or its stand-in.
pub(super) fn meta(name: &str, text: &str, problems: &mut Vec<String>) -> Option<Url> {
    secure(name, text, problems)
}

/// Whether an address is Meta's: HTTPS, at `host` or below it.
pub(super) fn is_meta(url: &Url, host: &str) -> bool {
    let below = |name: &str| name.strip_suffix(host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    url.scheme() == "https" && url.port().is_none() && url.domain().is_some_and(below)
}

/// Any HTTP address: a model may well run on another machine of one's own network.
pub(super) fn http(name: &str, text: &str, problems: &mut Vec<String>) -> Option<Url> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if url.is_none() {
        problems.push(format!("{name} must be an http:// or https:// address"));
    }
    url
}

/// Meta compares it byte for byte, and the session's cookie only comes along to `PUBLIC_URL`'s host. On one's own machine
/// its several names are let pass.
pub(super) fn redirect_uri(given: Option<String>, public_url: Option<&Url>, problems: &mut Vec<String>) -> Option<Url> {
    let expected = public_url?.join(CALLBACK_PATH).ok()?;
    let Some(text) = given else { return Some(expected) };
    let fits =
        |url: &Url| *url == expected || url.path() == CALLBACK_PATH && is_loopback(url) && is_loopback(&expected);
    if let Some(url) = Url::parse(&text).ok().filter(fits) {
        return Some(url);
    }
    problems
        .push(format!("META_REDIRECT_URI must be {expected}, which lies under PUBLIC_URL: leave it out to get that"));
    None
}

pub(super) fn webhook_url(given: Option<String>, public_url: Option<&Url>, problems: &mut Vec<String>) -> Option<Url> {
    match given {
        Some(text) => secure("WEBHOOK_PUBLIC_URL", &text, problems),
        None => public_url?.join(WEBHOOK_PATH).ok(),
    }
}

pub(super) fn secure(name: &str, text: &str, problems: &mut Vec<String>) -> Option<Url> {
    let url = http(name, text, problems)?;
    if url.scheme() == "https" || is_loopback(&url) {
        return Some(url);
    }
    problems.push(format!("{name} must be https:// unless it is on this machine: secrets travel to it"));
    None
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Of schemes that browsers do not know, the host of an address is read as a name.
        Some(Host::Domain(domain)) if domain.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) => true,
        Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://facebook.com", true)]
    #[case("https://www.facebook.com/", true)]
    #[case("https://evilfacebook.com", false)]
    #[case("https://facebook.com.evil.example", false)]
    #[case("https://www.facebook.com:8443", false)]
    #[case("http://www.facebook.com", false)]
    #[case("https://127.0.0.1", false)]
    fn only_a_host_of_metas_is_meta(#[case] url: &str, #[case] expected: bool) {
        assert_eq!(is_meta(&Url::parse(url).unwrap(), "facebook.com"), expected);
    }
}
