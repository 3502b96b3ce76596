//! What a file is, by its bytes.

use switchboard_store::MediaKind;

/// So many bytes from the beginning tell what a file is.
pub const HEAD: usize = 4096;

const UNKNOWN: &str = "application/octet-stream";
const ZIP: &str = "application/zip";
/// Old Office documents.
const OLE: &str = "application/x-ole-storage";

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// What a browser shows or plays without running anything. Everything else is handed over as a file to be saved.
const INLINE: [&str; 12] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/amr",
    "video/mp4",
    "video/3gpp",
    "video/webm",
];

/// Whether a browser may be told to show a file of this type. SVG and HTML, which may hold scripts, never.
pub fn is_shown_inline(mime_type: &str) -> bool {
    INLINE.contains(&mime_type)
}

/// The MIME type that the first [`HEAD`] bytes of a file show. `name` only tells Office documents apart, which look alike.
pub fn sniff(head: &[u8], name: Option<&str>) -> &'static str {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    match head {
        _ if starts(b"\xff\xd8\xff") => "image/jpeg",
        _ if starts(b"\x89PNG\r\n\x1a\n") => "image/png",
        _ if starts(b"RIFF") && at(8, b"WEBP") => "image/webp",
        _ if starts(b"RIFF") && at(8, b"WAVE") => "audio/wav",
        _ if starts(b"GIF87a") || starts(b"GIF89a") => "image/gif",
        _ if starts(b"BM") && at(6, &[0, 0, 0, 0]) => "image/bmp",
        _ if at(4, b"ftyp") => iso_media(head.get(8..12).unwrap_or_default()),
        _ if starts(b"OggS") => "audio/ogg",
        _ if starts(b"#!AMR") => "audio/amr",
        _ if starts(b"ID3") => "audio/mpeg",
        _ if starts(b"\x1a\x45\xdf\xa3") => "video/webm",
        _ if starts(b"fLaC") => "audio/flac",
        _ if starts(b"%PDF-") => "application/pdf",
        _ if starts(b"PK\x03\x04") => zip(head, name),
        _ if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => ole(name),
        _ if starts(b"{\\rtf") => "application/rtf",
        _ if starts(b"MZ") => "application/x-msdownload",
        _ if starts(b"\x7fELF") => "application/x-executable",
        [0xff, second, ..] if second & 0xf6 == 0xf0 => "audio/aac",
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0 => "audio/mpeg",
        _ => text(head),
    }
}

/// MP4 and its kin, by their brand. Source: ISO/IEC 14496-12, the file type box.
fn iso_media(brand: &[u8]) -> &'static str {
    match brand {
        b"M4A " | b"M4B " | b"M4P " => "audio/mp4",
        b"qt  " => "video/quicktime",
        b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" => "image/heic",
        b"avif" | b"avis" => "image/avif",
        [b'3', b'g', b'p' | b'g' | b'2' | b'e' | b'r' | b's', _] => "video/3gpp",
        _ => "video/mp4",
    }
}

/// New Office documents are archives; what the archive begins with tells them from others, the name which they are.
fn zip(head: &[u8], name: Option<&str>) -> &'static str {
    const PARTS: [&[u8]; 6] = [b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/"];
    if !PARTS.iter().any(|part| contains(head, part)) {
        return ZIP;
    }
    match extension(name).as_deref() {
        Some("docx") => DOCX,
        Some("xlsx") => XLSX,
        Some("pptx") => PPTX,
        _ if contains(head, b"word/") => DOCX,
        _ if contains(head, b"xl/") => XLSX,
        _ if contains(head, b"ppt/") => PPTX,
        _ => ZIP,
    }
}

fn ole(name: Option<&str>) -> &'static str {
    match extension(name).as_deref() {
        Some("doc") => "application/msword",
        Some("xls") => "application/vnd.ms-excel",
        Some("ppt") => "application/vnd.ms-powerpoint",
        _ => OLE,
    }
}

/// Text is UTF-8 without control characters. Such as a browser would take for a page or a picture is told apart.
fn text(head: &[u8]) -> &'static str {
    let readable = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character that the end of the head has cut.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or(""),
        Err(_) => return UNKNOWN,
    };
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if readable.is_empty() || readable.chars().any(is_control) {
        return UNKNOWN;
    }
    let lower = readable.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if lower.contains("<svg") {
        return "image/svg+xml";
    }
    let pages = ["<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<!--"];
    if pages.iter().any(|tag| lower.starts_with(tag)) || lower.contains("<script") {
        return "text/html";
    }
    if lower.starts_with("<?xml") { "text/xml" } else { "text/plain" }
}

fn extension(name: Option<&str>) -> Option<String> {
    Some(name?.rsplit_once('.')?.1.to_ascii_lowercase())
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// A type without its parameters, in lower case.
fn essence(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// What came of comparing what was said with what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The type to go by.
    pub mime_type: String,
    /// It is something else than was said, and must not be shown as what it was sent as.
    pub is_mismatch: bool,
}

/// Compares what was said of a file that came as `kind` with what its bytes show.
pub fn compare(kind: MediaKind, said: Option<&str>, found: &str) -> Told {
    let said = said.map(essence).unwrap_or_default();
    let family = |family: &str| found.starts_with(family);
    // The brands of MP4 do not tell whether there are pictures; whoever sent it does.
    let is_sound_only = family("video/") && said.starts_with("audio/");
    let fits = match kind {
        MediaKind::Image | MediaKind::Sticker => family("image/") && found != "image/svg+xml",
        MediaKind::Audio => family("audio/") || is_sound_only,
        MediaKind::Video => family("video/"),
        MediaKind::Document => said == found || !is_active(found),
    };
    let mime_type = match found {
        _ if !fits => found,
        _ if is_sound_only => "audio/mp4",
        // Nothing known contradicts it, and it is only ever saved to a disk.
        UNKNOWN | ZIP | OLE | "text/plain" if kind == MediaKind::Document && is_harmless_name(&said) => &said,
        _ => found,
    };
    Told { mime_type: mime_type.to_owned(), is_mismatch: !fits }
}

/// What runs when it is opened.
fn is_active(mime_type: &str) -> bool {
    matches!(
        mime_type,
        "application/x-msdownload" | "application/x-executable" | "text/html" | "image/svg+xml" | "text/xml"
    )
}

/// A type that is safe to repeat: well-formed, and nothing a browser would run.
fn is_harmless_name(mime_type: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte))
    };
    let well_formed = mime_type.split_once('/').is_some_and(|(kind, rest)| is_plain(kind) && is_plain(rest));
    well_formed && mime_type.starts_with("application/") && !mime_type.contains("xml+") && !is_script(mime_type)
}

fn is_script(mime_type: &str) -> bool {
    ["javascript", "ecmascript", "xhtml", "html"].iter().any(|word| mime_type.contains(word))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg")]
    #[case(b"\x89PNG\r\n\x1a\n\0\0", "image/png")]
    #[case(b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp")]
    #[case(b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4")]
    #[case(b"\0\0\0\x18ftyp3gp4\0\0\0\0", "video/3gpp")]
    #[case(b"\0\0\0\x18ftypM4A \0\0\0\0", "audio/mp4")]
    #[case(b"OggS\0\x02\0\0", "audio/ogg")]
    #[case(b"ID3\x03\0", "audio/mpeg")]
    #[case(b"\xff\xfb\x90\0", "audio/mpeg")]
    #[case(b"\xff\xf1\x50\x80", "audio/aac")]
    #[case(b"#!AMR\n", "audio/amr")]
    #[case(b"%PDF-1.7\n", "application/pdf")]
    #[case(b"MZ\x90\0", "application/x-msdownload")]
    #[case(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml")]
    #[case(b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", "image/svg+xml")]
    #[case(b"<!DOCTYPE HTML><p>", "text/html")]
    #[case(b"price;<ScRiPt>", "text/html")]
    #[case("Fiyat listesi: ğüşiöç".as_bytes(), "text/plain")]
    #[case(b"\0\x01\x02\x03", "application/octet-stream")]
    #[case(b"", "application/octet-stream")]
    fn a_type_is_read_from_the_bytes(#[case] head: &[u8], #[case] expected: &str) {
        assert_eq!(sniff(head, Some("name.jpg")), expected);
    }

    #[test]
    fn text_cut_within_a_character_is_text() {
        let cut = &"ş".repeat(8).into_bytes()[..15];
        assert_eq!(sniff(cut, None), "text/plain");
    }

    #[test]
    fn office_documents_are_told_apart_by_name_and_from_archives_by_content() {
        let office = b"PK\x03\x04\x14\0\x06\0[Content_Types].xml";
        assert_eq!(sniff(office, Some("Offer.DOCX")), DOCX);
        assert_eq!(sniff(office, Some("list.xlsx")), XLSX);
        assert_eq!(sniff(b"PK\x03\x04\x14\0evil.exe", Some("offer.docx")), ZIP);
    }

    #[rstest]
    #[case(MediaKind::Image, Some("image/jpeg"), "image/jpeg", "image/jpeg", false)]
    #[case(MediaKind::Image, Some("image/png"), "image/jpeg", "image/jpeg", false)]
    #[case(MediaKind::Image, Some("image/jpeg"), "image/svg+xml", "image/svg+xml", true)]
    #[case(MediaKind::Image, Some("image/jpeg"), "application/x-msdownload", "application/x-msdownload", true)]
    #[case(MediaKind::Audio, Some("audio/ogg; codecs=opus"), "audio/ogg", "audio/ogg", false)]
    #[case(MediaKind::Audio, Some("audio/mp4"), "video/mp4", "audio/mp4", false)]
    #[case(MediaKind::Document, Some("application/pdf"), "application/pdf", "application/pdf", false)]
    #[case(MediaKind::Document, Some("application/pdf"), "text/html", "text/html", true)]
    #[case(MediaKind::Document, Some("application/vnd.dwg"), UNKNOWN, "application/vnd.dwg", false)]
    #[case(MediaKind::Document, Some("application/xhtml+xml"), UNKNOWN, UNKNOWN, false)]
    #[case(MediaKind::Document, Some("text/html\r\nx: y"), UNKNOWN, UNKNOWN, false)]
    #[case(MediaKind::Document, None, "text/plain", "text/plain", false)]
    fn what_was_said_is_compared(
        #[case] kind: MediaKind,
        #[case] said: Option<&str>,
        #[case] found: &str,
        #[case] mime_type: &str,
        #[case] is_mismatch: bool,
    ) {
        assert_eq!(compare(kind, said, found), Told { mime_type: mime_type.to_owned(), is_mismatch });
    }

    #[test]
    fn nothing_that_can_hold_a_script_is_shown_inline() {
        for mime_type in ["image/svg+xml", "text/html", "text/xml", "application/pdf", "text/plain", UNKNOWN] {
            assert!(!is_shown_inline(mime_type), "{mime_type}");
        }
        assert!(is_shown_inline("image/jpeg"));
    }
}
