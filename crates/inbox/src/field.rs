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

/// A text without the white space around it, of 1 to `most` characters.
pub(crate) fn text(field: &'static str, text: &str, most: usize) -> Result<String, InvalidField> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most {
        return Err(InvalidField::new(field, format!("must have 1 to {most} characters")));
    }
    Ok(text.to_owned())
}
