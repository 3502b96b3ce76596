use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Bytes, Data, Payload},
};
use switchboard_store::Rejected;
use switchboard_webhook::receive::ReceiveError;

use crate::http::{AppState, Problem};

/// In bytes; Meta posts up to 3 MB.
const LIMIT: usize = 4 * 1024 * 1024;
const SIGNATURE: &str = "x-hub-signature-256";
const RETRY: Duration = Duration::from_secs(1);

/// Take what Meta posts
///
/// Answers once it is durably stored; what it means is found out later. Meta tries again whatever is not answered with
/// 200.
#[utoipa::path(tag = "webhooks", security(()), request_body(content = String, content_type = "application/json"),
    params(("X-Hub-Signature-256" = String, Header, description = "`sha256=` and the HMAC of the body, in hexadecimal")),
    responses(
        (status = 200, description = "Stored"),
        (status = 401, description = "`bad_signature`: it is missing or wrong", body = Problem,
            content_type = "application/problem+json"),
        (status = 413, description = "`too_large`: more than 4 MB", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`: it could not be stored", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/webhooks/whatsapp")]
pub(super) async fn receive(
    request: HttpRequest,
    state: Data<AppState>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = read(payload).await?;
    // A header that is not ASCII is a malformed one, not a missing one.
    let signature = request.headers().get(SIGNATURE).map(|value| value.to_str().unwrap_or_default());
    match state.receiver.receive(signature, body).await {
        Ok(()) => Ok(HttpResponse::Ok().finish()),
        Err(error) => Err(refusal(&state, &error)),
    }
}

async fn read(payload: Payload) -> Result<Bytes, Problem> {
    let too_large = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The request is too large");
    let read = payload.to_bytes_limited(LIMIT).await.map_err(|_| too_large)?;
    read.map_err(|error| Problem::malformed(error.to_string()))
}

fn refusal(state: &AppState, error: &ReceiveError) -> Problem {
    match error {
        ReceiveError::Signature(error) => {
            Problem::new(StatusCode::UNAUTHORIZED, "bad_signature", "The signature is missing or wrong")
                .detail(error.to_string())
        }
        ReceiveError::Full => Problem::unavailable(RETRY),
        ReceiveError::NotStored(rejected) => {
            tracing::error!(%error, "a delivery could not be stored; Meta tries again");
            // It will never store again in this process.
            if matches!(rejected, Rejected::Stopped) {
                state.failed.cancel();
            }
            Problem::unavailable(RETRY)
        }
    }
}
