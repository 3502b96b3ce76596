//! How long a request's body may be, by what it is for. Meta's deliveries have a limit of their own.

use actix_web::{
    HttpMessage, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::header,
    middleware::Next,
    web::Bytes,
};
use futures_util::{Stream, StreamExt};
use switchboard_bots::reading;

use super::problem::Problem;

/// In bytes. Names, addresses, passwords, choices.
const SMALL: usize = 64 * 1024;
/// In bytes. Knowledge, instructions, messages. Nothing the API takes as JSON is longer.
pub(crate) const LARGE: usize = 1024 * 1024;

/// What people write at length.
const OF_TEXTS: [&str; 2] = ["/api/bots", "/api/conversations"];
/// What is only ever a form.
const OF_FORMS: [&str; 12] = [
    "/api/api-keys",
    "/api/audit",
    "/api/auth",
    "/api/invitations",
    "/api/models",
    "/api/numbers",
    "/api/onboarding",
    "/api/people",
    "/api/tenant",
    "/api/webhooks",
    "/webhooks/meta",
    "/privacy",
];

/// `None`: whoever reads the body knows how much it may be.
fn limit_of(path: &str) -> Option<usize> {
    if path.starts_with("/api/bots/") && path.ends_with("/knowledge/files") {
        return Some(reading::LARGEST + SMALL);
    }
    let is_below =
        |prefix: &&str| path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if OF_FORMS.iter().any(is_below) {
        return Some(SMALL);
    }
    OF_TEXTS.iter().any(is_below).then_some(LARGE)
}

/// Middleware: 413 for a body that says that it is too long, and the end of one that turns out to be.
pub(crate) async fn limit<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if let Some(limit) = limit_of(request.path()) {
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: usize| length > limit) {
            return Ok(request.into_response(Problem::too_large(limit).error_response()).map_into_right_body());
        }
        let payload = request.take_payload();
        request.set_payload(Payload::Stream { payload: Box::pin(at_most(limit, payload)) });
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn at_most(limit: usize, payload: Payload) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let mut read = 0_usize;
    payload.map(move |chunk| {
        let chunk = chunk?;
        read = read.saturating_add(chunk.len());
        if read > limit { Err(PayloadError::Overflow) } else { Ok(chunk) }
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/api/auth/login", Some(SMALL))]
    #[case("/api/bots", Some(LARGE))]
    #[case("/api/bots/1/knowledge", Some(LARGE))]
    #[case("/api/botswana", None)]
    #[case("/webhooks/whatsapp", None)]
    fn a_form_is_shorter_than_a_text(#[case] path: &str, #[case] expected: Option<usize>) {
        assert_eq!(limit_of(path), expected);
    }
}
