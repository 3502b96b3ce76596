//! What keeps a note from being written, as problems.

use switchboard_inbox::notes::NoteError;

use crate::http::Problem;

impl From<NoteError> for Problem {
    fn from(error: NoteError) -> Self {
        match error {
            NoteError::NotFound => Self::not_found(),
            NoteError::NotYours => Self::refused("not_yours", error.to_string()),
            NoteError::Invalid(error) => error.into(),
            NoteError::Store(error) => error.into(),
        }
    }
}
