//! One log line, one span and one measurement for every request: its method, the pattern of its route, its outcome.
//! Never its query, headers or body, where secrets and customers' words travel.

use std::time::{Duration, Instant};

use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
};
use switchboard_accounts::Principal;
use tracing::{Instrument, field::Empty};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Asked for so often that a line for each would bury the rest.
const QUIET: &[&str] = &["/health", "/ready", "/metrics", "/webhooks/whatsapp"];
/// The route of what no route matches: the path itself could be anything.
const NO_ROUTE: &str = "(none)";

/// Middleware: see the module. The answer carries the request's id as `X-Request-Id`.
pub(crate) async fn log<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let started = Instant::now();
    let id = Uuid::new_v4().to_string();
    let route = request.match_pattern().unwrap_or_else(|| NO_ROUTE.to_owned());
    let method = method_name(request.method());
    let span = tracing::info_span!("request", request_id = id, method, route, tenant = Empty);

    let mut response = next.call(request).instrument(span.clone()).await?;
    if let Some(principal) = response.request().extensions().get::<Principal>() {
        span.record("tenant", tracing::field::display(principal.tenant));
    }
    response.headers_mut().insert(REQUEST_ID, HeaderValue::try_from(id).expect("a UUID is visible ASCII"));
    span.in_scope(|| tell(&route, method, response.status(), started.elapsed()));
    Ok(response)
}

fn tell(route: &str, method: &'static str, status: StatusCode, duration: Duration) {
    let (code, duration_ms) = (status.as_u16(), duration.as_secs_f64() * 1000.0);
    if status.is_server_error() {
        tracing::warn!(status = code, duration_ms, "answered");
    } else if QUIET.contains(&route) {
        tracing::debug!(status = code, duration_ms, "answered");
    } else {
        tracing::info!(status = code, duration_ms, "answered");
    }
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", code.to_string())];
    metrics::counter!("switchboard_http_requests_total", &labels).increment(1);
    metrics::histogram!("switchboard_http_request_duration_seconds", &labels[..2]).record(duration.as_secs_f64());
}

/// A known method, for a client may send any word, and each would be a series of its own.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
