//! Errors as the client sees them.

use switchboard_bots::tools::ToolsError;

use crate::http::Problem;

impl From<ToolsError> for Problem {
    fn from(error: ToolsError) -> Self {
        match error {
            ToolsError::NotFound => Self::not_found(),
            ToolsError::Invalid(error) => error.into(),
            ToolsError::NameTaken => Self::conflict("tool_name_taken", error.to_string()),
            ToolsError::Full => Self::conflict("too_many_tools", error.to_string()),
            ToolsError::Server(why) => Self::conflict("mcp_server_unusable", why),
            ToolsError::Vault(error) => error.into(),
        }
    }
}
