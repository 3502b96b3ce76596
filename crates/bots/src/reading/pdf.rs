//! The text of a PDF (ISO 32000), in the order in which it was written down.

use pdf_extract::{OutputError, extract_text_from_mem};

use super::Unreadable;

const MARK: &[u8] = b"%PDF-";
/// The mark stands within so many bytes (ISO 32000-1, annex H, 3.4.1).
const AT_LATEST: usize = 1024;

/// Panics on some damaged files, as its library does: to be called where that harms nobody.
pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let beginning = &bytes[..bytes.len().min(AT_LATEST)];
    if !beginning.windows(MARK.len()).any(|window| window == MARK) {
        return Err(Unreadable::Damaged);
    }
    extract_text_from_mem(bytes).map_err(|error| match error {
        OutputError::PdfError(error) if error.to_string().to_lowercase().contains("password") => Unreadable::Locked,
        _ => Unreadable::Damaged,
    })
}
