//! What people type, checked.

/// A field that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct InvalidField {
    pub field: &'static str,
    pub message: String,
}

impl InvalidField {
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// Whether a text may be an ISO 639 code of two or three letters.
pub fn is_language_code(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase())
}

/// A text without the white space around it, of 1 to `most` characters.
pub(crate) fn text(field: &'static str, text: &str, most: usize) -> Result<String, InvalidField> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most {
        return Err(InvalidField::new(field, format!("must have 1 to {most} characters")));
    }
    Ok(text.to_owned())
}
