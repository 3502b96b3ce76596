//! What keeps a field from being made, as problems.

use switchboard_inbox::contact_fields::ContactFieldError;

use crate::http::Problem;

impl From<ContactFieldError> for Problem {
    fn from(error: ContactFieldError) -> Self {
        match error {
            ContactFieldError::NotFound => Self::not_found(),
            ContactFieldError::Invalid(error) => error.into(),
            ContactFieldError::NameTaken => Self::conflict("name_taken", error.to_string()),
            ContactFieldError::Full => Self::conflict("too_many", error.to_string()),
            ContactFieldError::Store(error) => error.into(),
        }
    }
}
