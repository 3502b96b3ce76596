//! Headers that tell browsers what not to do with our answers.

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

use super::AppState;
use crate::config::SdkConfig;

/// What holds for every answer.
const ALWAYS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"),
    // Not `same-origin`: Meta's window has to find its way back to the page that opened it.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups"),
];

/// The Content-Security-Policy of this installation.
#[derive(Debug, Clone)]
pub struct PagePolicy(HeaderValue);

impl PagePolicy {
    /// Only what we serve runs here. Meta's JavaScript SDK, for connecting a number in a window of its own, is the one guest.
    pub(crate) fn new(sdk: Option<&SdkConfig>) -> Self {
        let (script, connect, frame) = match sdk {
            None => (String::new(), "", "'none'"),
            Some(SdkConfig { base_url, message_origin }) => {
                let script = format!(" {}", base_url.origin().ascii_serialization());
                match message_origin {
                    // What Meta's SDK asks and embeds; a stand-in needs neither.
                    None => (script, " https://graph.facebook.com https://www.facebook.com", "https://*.facebook.com"),
                    Some(_) => (script, "", "'none'"),
                }
            }
        };
        let policy = format!(
            "default-src 'self'; script-src 'self'{script}; connect-src 'self'{connect}; frame-src {frame}; \
             img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; font-src 'self'; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        Self(HeaderValue::try_from(policy).expect("an origin is visible ASCII"))
    }
}

/// A year, for this host.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Middleware: adds the headers that an answer does not set itself.
pub(crate) async fn add<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let state = request.app_data::<Data<AppState>>().expect("every application has its state").clone();
    let is_api = request.path().starts_with("/api/");
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        add_absent(headers, name, value);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, state.page_policy.0.clone());
    }
    if state.config.is_https() {
        add_absent(headers, header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
    if is_api {
        add_absent(headers, header::CACHE_CONTROL, "no-store");
    }
    Ok(response)
}

fn add_absent(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn policy(sdk: Option<(&str, Option<&str>)>) -> String {
        let sdk = sdk.map(|(base_url, message_origin)| SdkConfig {
            base_url: Url::parse(base_url).unwrap(),
            message_origin: message_origin.map(str::to_owned),
        });
        PagePolicy::new(sdk.as_ref()).0.to_str().unwrap().to_owned()
    }

    #[test]
    fn one_guest_runs_on_our_pages_and_nothing_inline() {
        let metas = policy(Some(("https://connect.facebook.net", None)));
        assert!(metas.contains("script-src 'self' https://connect.facebook.net;"), "{metas}");
        assert!(metas.contains("frame-src https://*.facebook.com;"), "{metas}");
        let stand_ins = policy(Some(("http://127.0.0.1:8090", Some("http://127.0.0.1:8090"))));
        assert!(stand_ins.contains("script-src 'self' http://127.0.0.1:8090; connect-src 'self'; frame-src 'none';"));
        let none = policy(None);
        assert!(none.contains("script-src 'self'; connect-src 'self'; frame-src 'none';"), "{none}");
        for policy in [metas, stand_ins, none] {
            assert!(!policy.contains("unsafe") && !policy.contains("script-src *"), "{policy}");
            for must in [
                "default-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "style-src 'self';",
            ] {
                assert!(policy.contains(must), "{must} in {policy}");
            }
        }
    }
}
