use serde::Deserialize;

use crate::error::GraphError;

/// `{"success": true}`, the answer of calls that only do something.
#[derive(Debug, Deserialize)]
pub(crate) struct Success {
    success: Option<bool>,
}

impl Success {
    /// Graph may answer 200 and `false`.
    pub(crate) fn check(self) -> Result<(), GraphError> {
        if self.success == Some(false) { Err(GraphError::refused("Graph answered success: false")) } else { Ok(()) }
    }
}
