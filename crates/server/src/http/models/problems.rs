//! Errors as the client sees them.

use switchboard_bots::models::ModelsError;

use crate::http::Problem;

impl From<ModelsError> for Problem {
    fn from(error: ModelsError) -> Self {
        match error {
            ModelsError::NotFound => Self::not_found(),
            ModelsError::Invalid(error) => error.into(),
            ModelsError::Vault(error) => error.into(),
        }
    }
}
