//! What keeps a contact from being described, as problems.

use switchboard_inbox::contact_details::ContactError;

use crate::http::Problem;

impl From<ContactError> for Problem {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::NotFound => Self::not_found(),
            ContactError::Invalid(error) => error.into(),
            ContactError::Store(error) => error.into(),
        }
    }
}
