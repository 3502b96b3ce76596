//! One call to a server that is no chat model: no retry, a bounded answer, and failures by what to do about them.

use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode, header::RETRY_AFTER};

use crate::model::ModelError;

/// Why there is no answer. Holds nothing of what was asked or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It may answer later.
    Unavailable {
        retry_after: Option<Duration>,
    },
    /// The settings must change, or the request.
    Refused {
        status: u16,
    },
    TooLong,
}

impl From<Trouble> for ModelError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unavailable { retry_after } => Self::Unavailable { status: None, code: None, retry_after },
            Trouble::Refused { status } => Self::Refused { status, code: None },
            Trouble::TooLong => Self::Invalid("it is far longer than it can be"),
        }
    }
}

/// The body of the answer, of at most `largest` bytes.
pub(crate) async fn ask(request: RequestBuilder, largest: usize) -> Result<Vec<u8>, Trouble> {
    let mut response = request.send().await.map_err(|_| Trouble::Unavailable { retry_after: None })?;
    refuse(&response)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Trouble::Unavailable { retry_after: None })? {
        if body.len() + chunk.len() > largest {
            return Err(Trouble::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn refuse(response: &Response) -> Result<(), Trouble> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let overloaded = status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT;
    if overloaded || status.is_server_error() {
        let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        return Err(Trouble::Unavailable { retry_after: seconds.map(Duration::from_secs) });
    }
    Err(Trouble::Refused { status: status.as_u16() })
}
