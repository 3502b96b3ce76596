//! What keeps a filter from being kept, as problems.

use switchboard_inbox::saved_filters::SavedFilterError;

use crate::http::Problem;

impl From<SavedFilterError> for Problem {
    fn from(error: SavedFilterError) -> Self {
        match error {
            SavedFilterError::NotFound => Self::not_found(),
            SavedFilterError::Shared => Self::forbidden(),
            SavedFilterError::Invalid(error) => error.into(),
            SavedFilterError::Full => Self::conflict("too_many", error.to_string()),
            SavedFilterError::Store(error) => error.into(),
        }
    }
}
