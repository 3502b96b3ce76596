//! What WhatsApp takes, as which type of message, and how large.
//! Source: Cloud API, "Media", supported media types.

use switchboard_store::MediaKind;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

const STICKER: u64 = 100 * KIB;
const ANIMATED_STICKER: u64 = 500 * KIB;

/// A file that can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    pub kind: MediaKind,
    pub mime_type: &'static str,
    /// In bytes; more than this is too large.
    pub limit: u64,
}

/// Why a file cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// WhatsApp takes nothing of this type.
    Unsupported { found: &'static str },
    /// WhatsApp takes it, but not as this type of message; as `instead` it would.
    AnotherKind { found: &'static str, instead: MediaKind },
}

/// The most that a file of a message of this type may have, in bytes.
pub fn limit(kind: MediaKind) -> u64 {
    match kind {
        MediaKind::Image => 5 * MIB,
        MediaKind::Audio | MediaKind::Video => 16 * MIB,
        MediaKind::Document => 100 * MIB,
        MediaKind::Sticker => ANIMATED_STICKER,
    }
}

/// Whether a file of the type `found` can be sent; `wanted`: as what, else as what suits it best. `head`: its beginning.
pub fn accept(wanted: Option<MediaKind>, found: &'static str, head: &[u8]) -> Result<Accepted, Refusal> {
    let kinds = kinds_of(found);
    let Some(best) = kinds.first().copied() else { return Err(Refusal::Unsupported { found }) };
    let kind = wanted.unwrap_or(best);
    if !kinds.contains(&kind) {
        return Err(Refusal::AnotherKind { found, instead: best });
    }
    let limit = if kind == MediaKind::Sticker && !is_animated(head) { STICKER } else { limit(kind) };
    Ok(Accepted { kind, mime_type: found, limit })
}

/// As what a file of this type can be sent, the best first.
fn kinds_of(found: &str) -> &'static [MediaKind] {
    match found {
        "image/jpeg" | "image/png" => &[MediaKind::Image, MediaKind::Document],
        "image/webp" => &[MediaKind::Sticker],
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => &[MediaKind::Audio],
        "video/mp4" | "video/3gpp" => &[MediaKind::Video, MediaKind::Document],
        "application/pdf"
        | "application/msword"
        | "application/vnd.ms-excel"
        | "application/vnd.ms-powerpoint"
        | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        | "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        | "text/plain" => &[MediaKind::Document],
        _ => &[],
    }
}

/// Whether a picture of the type `image/webp` has the flag of an animation. Source: its container, extended file format.
fn is_animated(head: &[u8]) -> bool {
    head.get(12..16) == Some(b"VP8X") && head.get(20).is_some_and(|flags| flags & 0x02 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_sent_as_what_suits_it_unless_something_else_was_asked_for() {
        let accepted = accept(None, "image/png", b"").unwrap();
        assert_eq!((accepted.kind, accepted.limit), (MediaKind::Image, 5 * MIB));
        let accepted = accept(Some(MediaKind::Document), "image/png", b"").unwrap();
        assert_eq!((accepted.kind, accepted.limit), (MediaKind::Document, 100 * MIB));
    }

    #[test]
    fn what_cannot_be_sent_is_told_with_what_would() {
        let svg = accept(None, "image/svg+xml", b"");
        assert_eq!(svg, Err(Refusal::Unsupported { found: "image/svg+xml" }));
        let pdf = accept(Some(MediaKind::Image), "application/pdf", b"");
        assert_eq!(pdf, Err(Refusal::AnotherKind { found: "application/pdf", instead: MediaKind::Document }));
    }

    #[test]
    fn a_sticker_may_be_larger_when_it_moves() {
        let still = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0";
        let moving = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0";
        assert_eq!(accept(None, "image/webp", still).unwrap().limit, 100 * KIB);
        assert_eq!(accept(None, "image/webp", moving).unwrap().limit, 500 * KIB);
    }
}
