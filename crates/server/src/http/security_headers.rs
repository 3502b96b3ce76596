//! Headers that tell browsers what not to do with our answers.

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

use super::AppState;

/// Only what we serve runs here. Meta's JavaScript SDK, for connecting a number in a window of its own, is the one guest.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' https://connect.facebook.net; \
    connect-src 'self' https://graph.facebook.com https://www.facebook.com; frame-src https://*.facebook.com; \
    img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; font-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"),
    // Not `same-origin`: Meta's window has to find its way back to the page that opened it.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups"),
];

/// A year, for this host.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Middleware: adds the headers that an answer does not set itself.
pub(crate) async fn add<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_https = request.app_data::<Data<AppState>>().is_some_and(|state| state.config.is_https());
    let is_api = request.path().starts_with("/api/");
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        add_absent(headers, name, value);
    }
    if is_https {
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
