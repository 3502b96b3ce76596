//! What keeps a canned reply from being made, as problems.

use switchboard_inbox::canned_replies::CannedReplyError;

use crate::http::Problem;

impl From<CannedReplyError> for Problem {
    fn from(error: CannedReplyError) -> Self {
        match error {
            CannedReplyError::NotFound => Self::not_found(),
            CannedReplyError::Invalid(error) => error.into(),
            CannedReplyError::ShortcutTaken => Self::conflict("name_taken", error.to_string()),
            CannedReplyError::Full => Self::conflict("too_many", error.to_string()),
            CannedReplyError::Store(error) => error.into(),
        }
    }
}
