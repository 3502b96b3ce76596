//! One HTTP exchange: no retry, a bounded body, and failures as [`ModelError`] before anyone can log what they hold.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use http::StatusCode;
use http::header::RETRY_AFTER;
use reqwest::Response;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::ModelError;

/// Far beyond any answer a customer would read.
const LARGEST_BODY: usize = 1024 * 1024;
/// A server that asks for more is treated as asking for this: the turn is handed to a person long before.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

#[derive(Debug, Clone)]
pub(super) struct Transport {
    client: reqwest::Client,
}

impl Transport {
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self { client }
    }
}

impl tower::Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let client = self.client.clone();
        Box::pin(async move {
            let request = request.build().await?;
            exchange(&client, request).await.map_err(|error| OpenAIError::Boxed(Box::new(error)))
        })
    }
}

async fn exchange(client: &reqwest::Client, request: reqwest::Request) -> Result<Response, ModelError> {
    let response = client.execute(request).await.map_err(|error| connection_error(&error))?;
    let status = response.status();
    let retry_after = retry_after(&response);
    let body = read(response, LARGEST_BODY).await?.ok_or(ModelError::Invalid("it is longer than a megabyte"))?;
    if !status.is_success() {
        return Err(refusal(status, &body, retry_after));
    }
    // Checked here, because async-openai logs what it cannot parse.
    serde_json::from_slice::<IgnoredAny>(&body).map_err(|_| ModelError::Invalid("it is not JSON"))?;
    Ok(http::Response::new(body).into())
}

/// The body; `None`: it has more bytes than `largest`.
pub(crate) async fn read(mut response: Response, largest: usize) -> Result<Option<Vec<u8>>, ModelError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| connection_error(&error))? {
        if body.len() + chunk.len() > largest {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

pub(crate) fn connection_error(error: &reqwest::Error) -> ModelError {
    if error.is_timeout() {
        ModelError::Timeout
    } else if error.is_builder() {
        ModelError::Misconfigured("the request could not be built")
    } else {
        ModelError::Unavailable { status: None, code: None, retry_after: None }
    }
}

fn refusal(status: StatusCode, body: &[u8], retry_after: Option<Duration>) -> ModelError {
    let code = error_code(body);
    if may_pass(status) {
        return ModelError::Unavailable { status: Some(status.as_u16()), code, retry_after };
    }
    if status.is_client_error() {
        return ModelError::Refused { status: status.as_u16(), code };
    }
    ModelError::Invalid("it is a redirect or another answer that is no completion")
}

/// Whether the same may be answered later: the server is overloaded or has failed.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT) || status.is_server_error()
}

/// The server's short name for what went wrong (`model_not_found`). Only lower-case words are taken: no key and no
/// customer's text looks like that.
fn error_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        error: Error,
    }
    #[derive(Deserialize)]
    struct Error {
        code: Option<serde_json::Value>,
        r#type: Option<serde_json::Value>,
    }
    let error = serde_json::from_slice::<Body>(body).ok()?.error;
    let is_name =
        |text: &&str| (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let candidates = [&error.code, &error.r#type];
    candidates.into_iter().flatten().filter_map(serde_json::Value::as_str).find(is_name).map(str::to_owned)
}

/// Whole seconds. The header's other form, a date, is not used by these servers.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}
