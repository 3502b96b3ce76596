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
    pub(crate) body: Bytes,
}

/// Sends the request and reads at most `max` bytes of the answer.
pub(crate) async fn read(client: &reqwest::Client, request: Request, max: usize) -> Result<Reply, GraphError> {
    let response = execute(client, request).await?;
    let status = response.status().as_u16();
    let body = Body::of(response, max)?.collect().await?;
    Ok(Reply { status, body })
}

/// Sends the request; the answer's body, of which at most `max` bytes can be read.
pub(crate) async fn open(
    client: &reqwest::Client,
    request: Request,
    max: usize,
) -> Result<(Option<String>, Body), GraphError> {
    let response = execute(client, request).await?;
    Ok((content_type(response.headers()), Body::of(response, max)?))
}

/// A successful answer, or an error.
async fn execute(client: &reqwest::Client, request: Request) -> Result<Response, GraphError> {
    let asked = request.url().clone();
    let response = client.execute(request).await.map_err(|error| GraphError::transport(&error))?;
    let status = response.status();
    if *response.url() != asked || status.is_redirection() {
        return Err(
            GraphError::refused("Graph answered with a redirect, which is not followed").with_status(status.as_u16())
        );
    }
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = retry_after(response.headers());
    // A refusal that breaks off, or never ends, is still a refusal.
    let body = match Body::of(response, MAX_JSON) {
        Ok(body) => body.collect().await.unwrap_or_default(),
        Err(_) => Bytes::new(),
    };
    Err(GraphError::from_reply(status.as_u16(), &body, retry_after))
}

/// A success that carries an error after all, or that cannot be read, is an error.
pub(crate) fn decode<T: DeserializeOwned>(reply: &Reply) -> Result<T, GraphError> {
    if let Some(error) = GraphError::from_body(reply.status, &reply.body, None) {
        return Err(error);
    }
    serde_json::from_slice(&reply.body).map_err(|_| GraphError::unreadable(reply.status))
}

/// A body that ends with an error where it is too large.
#[derive(Debug)]
pub(crate) struct Body {
    response: Response,
    max: usize,
    size: usize,
}

impl Body {
    fn of(response: Response, max: usize) -> Result<Self, GraphError> {
        if response.content_length().is_some_and(|length| length > max as u64) {
            return Err(GraphError::too_large(response.status().as_u16(), max));
        }
        Ok(Self { response, max, size: 0 })
    }

    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, GraphError> {
        let status = self.response.status().as_u16();
        let chunk = self.response.chunk().await;
        let chunk = chunk.map_err(|error| GraphError::transport(&error).with_status(status))?;
        self.size += chunk.as_ref().map_or(0, Bytes::len);
        if self.size > self.max { Err(GraphError::too_large(status, self.max)) } else { Ok(chunk) }
    }

    async fn collect(mut self) -> Result<Bytes, GraphError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

/// The form in seconds. The form with a date needs a clock and is not what Graph sends.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER))
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE)?.to_str().ok().map(str::to_owned)
}
