//! One call to a server that is no chat model: no retry, a bounded answer, and failures by what to do about them, which hold
//! nothing of what was asked or answered.

use reqwest::RequestBuilder;

use crate::model::{
    ModelError,
    transport::{connection_error, may_pass, read, retry_after},
};

/// The body of the answer, of at most `largest` bytes.
pub(crate) async fn ask(request: RequestBuilder, largest: usize) -> Result<Vec<u8>, ModelError> {
    let response = request.send().await.map_err(|error| connection_error(&error))?;
    let status = response.status();
    if may_pass(status) {
        let retry_after = retry_after(&response);
        return Err(ModelError::Unavailable { status: Some(status.as_u16()), code: None, retry_after });
    }
    if !status.is_success() {
        return Err(ModelError::Refused { status: status.as_u16(), code: None });
    }
    read(response, largest).await?.ok_or(ModelError::Invalid("it is far longer than it can be"))
}
