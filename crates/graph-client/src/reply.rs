//! Reading what Graph answers.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Request, Response};
use serde::de::DeserializeOwned;

use crate::error::GraphError;

/// No JSON answer comes near: a page of 100 templates is about 300 kB.
pub(crate) const MAX_JSON: usize = 4 * 1024 * 1024;

/// `Retry-After` beyond this is not believed: a queue would stand still, or the time would overflow.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);

/// An answer with a successful status.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
}

/// Sends the request and reads at most `max` bytes of the answer.
pub(crate) async fn read(client: &reqwest::Client, request: Request, max: usize) -> Result<Reply, GraphError> {
    let asked = request.url().clone();
    let response = client.execute(request).await.map_err(|error| GraphError::transport(&error))?;
    let status = response.status();
    if *response.url() != asked || status.is_redirection() {
        return Err(
            GraphError::refused("Graph answered with a redirect, which is not followed").with_status(status.as_u16())
        );
    }
    let retry_after = retry_after(response.headers());
    let content_type = content_type(response.headers());
    let body = collect(response, max).await;
    if status.is_success() {
        return Ok(Reply { status: status.as_u16(), content_type, body: body? });
    }
    // A refusal that breaks off is still a refusal.
    Err(GraphError::from_reply(status.as_u16(), &body.unwrap_or_default(), retry_after))
}

/// A success that carries an error after all, or that cannot be read, is an error.
pub(crate) fn decode<T: DeserializeOwned>(reply: &Reply) -> Result<T, GraphError> {
    if let Some(error) = GraphError::from_body(reply.status, &reply.body, None) {
        return Err(error);
    }
    serde_json::from_slice(&reply.body).map_err(|_| GraphError::unreadable(reply.status))
}

async fn collect(mut response: Response, max: usize) -> Result<Bytes, GraphError> {
    let status = response.status().as_u16();
    let mut body = BytesMut::new();
    if response.content_length().is_some_and(|length| length > max as u64) {
        return Err(GraphError::too_large(status, max));
    }
    while let Some(chunk) = response.chunk().await.map_err(|error| GraphError::transport(&error).with_status(status))? {
        if body.len() + chunk.len() > max {
            return Err(GraphError::too_large(status, max));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The form in seconds. The form with a date needs a clock and is not what Graph sends.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER))
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE)?.to_str().ok().map(str::to_owned)
}
