//! How long a request's body may be, by what it is for. Meta's deliveries have a limit of their own.

use actix_web::{
    HttpMessage, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{Method, header},
    middleware::Next,
    web::Bytes,
};
use futures_util::{Stream, StreamExt};
use switchboard_bots::reading;

use super::problem::Problem;

/// In bytes. Names, addresses, passwords, choices.
const SMALL: usize = 64 * 1024;
/// In bytes. Instructions, messages, and what else people write.
const LARGE: usize = 1024 * 1024;
/// In bytes. The text of a file that is corrected: each of its characters may be six, as JSON has it (`\u0628`). Nothing the API
/// takes as JSON is longer.
pub(crate) const LONGEST: usize = 6 * LARGE;

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

/// Whoever reads it knows how much it may be.
const OF_THEIR_OWN: [&str; 2] = ["/api/media", "/webhooks/whatsapp"];

fn limit_of(method: &Method, path: &str) -> Option<usize> {
    if path.starts_with("/api/bots/") && path.ends_with("/knowledge/files") {
        return Some(reading::LARGEST + SMALL);
    }
    if method == Method::PATCH && is_knowledge_item(path) {
        return Some(LONGEST);
    }
    let is_below =
        |prefix: &&str| path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if OF_FORMS.iter().any(is_below) {
        return Some(SMALL);
    }
    (!OF_THEIR_OWN.iter().any(is_below)).then_some(LARGE)
}

fn is_knowledge_item(path: &str) -> bool {
    let below = path.strip_prefix("/api/bots/").unwrap_or_default();
    matches!(below.split('/').collect::<Vec<_>>()[..], [_, "knowledge", _])
}

/// Middleware: 413 for a body that says that it is too long, and the end of one that turns out to be.
pub(crate) async fn limit<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if let Some(limit) = limit_of(request.method(), request.path()) {
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
    #[case(Method::POST, "/api/auth/login", Some(SMALL))]
    #[case(Method::POST, "/api/bots", Some(LARGE))]
    #[case(Method::POST, "/api/authors", Some(LARGE))]
    #[case(Method::POST, "/api/bots/1/knowledge", Some(LARGE))]
    #[case(Method::POST, "/api/bots/1/knowledge/2", Some(LARGE))]
    #[case(Method::PATCH, "/api/bots/1/knowledge/2", Some(LONGEST))]
    #[case(Method::PATCH, "/api/bots/1/tools/2", Some(LARGE))]
    #[case(Method::POST, "/api/media", None)]
    #[case(Method::POST, "/webhooks/whatsapp", None)]
    fn a_form_is_shorter_than_a_text(#[case] method: Method, #[case] path: &str, #[case] expected: Option<usize>) {
        assert_eq!(limit_of(&method, path), expected);
    }
}
