//! What keeps a label from being made, as problems.

use switchboard_inbox::labels::LabelError;

use crate::http::Problem;

impl From<LabelError> for Problem {
    fn from(error: LabelError) -> Self {
        match error {
            LabelError::NotFound => Self::not_found(),
            LabelError::Invalid(error) => error.into(),
            LabelError::NameTaken => Self::conflict("name_taken", error.to_string()),
            LabelError::Full => Self::conflict("too_many", error.to_string()),
            LabelError::Store(error) => error.into(),
        }
    }
}
