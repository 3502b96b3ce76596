//! Texts out of files and pages: what a bot can know of them.

mod confined;
mod csv;
mod docx;
mod html;
mod pdf;
mod places;

pub use confined::{COMMAND, Place, Reader, answer};
pub(crate) use docx::character as xml_character;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1254, WINDOWS_1256};
use serde::{Deserialize, Serialize};

/// Characters of a text, at most.
pub(crate) const LONGEST: usize = 1_000_000;
/// Bytes of a file, at most.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// More than that is too long, whatever it is written in.
const MOST_BYTES: usize = 4 * LONGEST;

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Markdown,
    Csv,
    Html,
    Pdf,
    Docx,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// As the document calls itself.
    pub title: Option<String>,
    pub text: String,
}

/// Why there is nothing to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    #[error("must be a PDF, Word, text, Markdown, CSV or HTML file (.pdf, .docx, .txt, .md, .csv, .html)")]
    Unsupported,
    /// A PDF of scanned pages, too: they are pictures.
    #[error("holds no text; pages that were scanned are pictures")]
    Empty,
    #[error("is damaged, or is not what its name says")]
    Damaged,
    #[error("is protected by a password; save it without one")]
    Locked,
    #[error("takes too much time or memory to read; save it anew, or in parts")]
    TooHard,
    #[error("is no text, whatever its name says")]
    Binary,
    #[error("must hold at most 1,000,000 characters")]
    TooLong,
}

impl Unreadable {
    /// For programs, and for screens, which say it in their own words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsupported => "file_unsupported",
            Self::Empty => "file_empty",
            Self::Damaged => "file_damaged",
            Self::Locked => "file_locked",
            Self::TooHard => "file_too_hard",
            Self::Binary => "file_binary",
            Self::TooLong => "file_too_long",
        }
    }
}

impl Format {
    /// By the name of a file.
    pub fn of_name(name: &str) -> Result<Self, Unreadable> {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("txt" | "text") => Ok(Self::Text),
            Some("md" | "markdown") => Ok(Self::Markdown),
            Some("csv" | "tsv") => Ok(Self::Csv),
            Some("html" | "htm" | "xhtml") => Ok(Self::Html),
            Some("pdf") => Ok(Self::Pdf),
            Some("docx") => Ok(Self::Docx),
            _ => Err(Unreadable::Unsupported),
        }
    }

    /// As [`COMMAND`] takes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }
}

/// Reads a document, where it may harm nobody.
fn read(format: Format, bytes: &[u8], charset: Option<&str>) -> Result<Document, Unreadable> {
    let decoded = || decode(format, bytes, charset);
    let (title, text) = match format {
        Format::Text | Format::Markdown => (None, decoded()?),
        Format::Csv => (None, csv::paragraphs(&decoded()?, MOST_BYTES)),
        Format::Html => html::text(&decoded()?),
        Format::Pdf => (None, pdf::text(bytes)?),
        Format::Docx => (None, docx::text(bytes)?),
    };
    let title = title.map(|title| tidy(&title)).filter(|title| !title.is_empty());
    let document = Document { title, text: tidy(&text) };
    if document.text.chars().count() > LONGEST {
        return Err(Unreadable::TooLong);
    }
    if document.text.chars().any(char::is_alphanumeric) { Ok(document) } else { Err(Unreadable::Empty) }
}

/// A mark at the beginning is believed, then whoever sent it, then the page itself. What is not UTF-8 otherwise was most
/// likely saved by a program of Windows, in Arabic or in Turkish, whose letters are those of Western Europe but six.
fn decode(format: Format, bytes: &[u8], charset: Option<&str>) -> Result<String, Unreadable> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if marked.is_none() && bytes.contains(&0) {
        return Err(Unreadable::Binary);
    }
    let said = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    let told = (format == Format::Html).then(|| html::charset(bytes)).flatten();
    let encoding = marked.or(said).or(told).unwrap_or_else(|| usual(bytes));
    Ok(encoding.decode(bytes).0.into_owned())
}

fn usual(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else if is_arabic(bytes) {
        WINDOWS_1256
    } else {
        WINDOWS_1254
    }
}

/// Whether of the words with letters beyond ASCII most could be Arabic in Windows-1256: those of Turkish and of Western
/// Europe have letters of ASCII, too, and seldom only capitals beside them.
fn is_arabic(bytes: &[u8]) -> bool {
    let is_beyond = |byte: &u8| *byte >= 0xc0;
    let words = bytes.split(|byte| !byte.is_ascii_alphabetic() && !is_beyond(byte));
    let words: Vec<&[u8]> = words.filter(|word| word.iter().any(is_beyond)).collect();
    let arabic = words.iter().filter(|word| word.iter().all(|byte| is_arabic_letter(*byte))).count();
    2 * arabic > words.len()
}

/// In Windows-1256, with the vowel marks. Between them it has letters of French.
fn is_arabic_letter(byte: u8) -> bool {
    matches!(byte, 0xc1..=0xd6 | 0xd8..=0xdf | 0xe1 | 0xe3..=0xe6 | 0xec | 0xed | 0xf0..=0xf3 | 0xf5 | 0xf6 | 0xf8 | 0xfa)
}

/// One blank line between paragraphs, none within; no characters that no text needs.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.lines() {
        let line = line.trim_end().trim_start_matches(['\u{feff}', '\r']);
        let kept: String = line.chars().filter(|c| !c.is_control() || *c == '\t').collect();
        if kept.trim().is_empty() {
            blank = !tidied.is_empty();
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        tidied.push_str(kept.trim_end());
    }
    tidied
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn text(format: Format, bytes: &[u8]) -> String {
        read(format, bytes, None).unwrap().text
    }

    #[rstest]
    #[case("menu.TXT", Ok(Format::Text))]
    #[case("a.b.md", Ok(Format::Markdown))]
    #[case("prices.csv", Ok(Format::Csv))]
    #[case("index.html", Ok(Format::Html))]
    #[case("menu.pdf", Ok(Format::Pdf))]
    #[case("Preise.DOCX", Ok(Format::Docx))]
    #[case("old.doc", Err(Unreadable::Unsupported))]
    #[case("README", Err(Unreadable::Unsupported))]
    fn a_file_is_known_by_its_name(#[case] name: &str, #[case] format: Result<Format, Unreadable>) {
        assert_eq!(Format::of_name(name), format);
    }

    #[test]
    fn paragraphs_stay_apart_and_nothing_else() {
        assert_eq!(text(Format::Text, b"\xef\xbb\xbfOne\r\ntwo  \r\n\r\n\r\n \r\nthree\x07\n\n"), "One\ntwo\n\nthree");
    }

    #[test]
    fn turkish_of_windows_and_utf_16_are_read() {
        assert_eq!(text(Format::Text, b"\xdeeker \xfdl\xfdk s\xfct"), "Şeker ılık süt");
        let wide: Vec<u8> = [0xfeff].into_iter().chain("Şeker".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(Format::Text, &wide), "Şeker");
    }

    #[rstest]
    #[case("مرحبا")]
    #[case("نفتح كل يوم من الساعة 8 حتى 20، ونوصل الخبز مجانًا.")]
    #[case("Café Rosa: خبز الجاودار 45 TL, كعكة اللوز 120.50 TL")]
    fn arabic_of_windows_is_read(#[case] said: &str) {
        let (bytes, _, has_unknown) = WINDOWS_1256.encode(said);
        assert!(!has_unknown, "{said}");
        assert_eq!(text(Format::Text, &bytes), said);
    }

    #[rstest]
    #[case("Üç kişi")]
    #[case("İş çıkışı açığız")]
    #[case("ÜÇ ÇEŞİT EKMEK: ÇAVDAR, BUĞDAY, MISIR")]
    #[case("çığ, öğün, ışık, düşüş, üçüncü")]
    #[case("Où êtes-vous ? À côté de l'église")]
    #[case("Größe und Übergröße")]
    fn other_letters_of_windows_are_not_taken_for_arabic(#[case] said: &str) {
        let (bytes, _, has_unknown) = WINDOWS_1254.encode(said);
        assert!(!has_unknown, "{said}");
        assert_eq!(text(Format::Text, &bytes), said);
    }

    #[test]
    fn a_table_of_windows_in_arabic_is_read() {
        let (bytes, _, _) = WINDOWS_1256.encode("الصنف;السعر\nخبز الجاودار;45\nكعكة اللوز;120\n");
        let read = text(Format::Csv, &bytes);
        assert!(read.contains("الصنف: كعكة اللوز") && read.contains("السعر: 120"), "{read}");
    }

    #[test]
    fn what_whoever_sent_it_says_goes_before_what_it_looks_like() {
        assert_eq!(read(Format::Text, "مرحبا".as_bytes(), Some("utf-8")).unwrap().text, "مرحبا");
        assert_eq!(read(Format::Text, b"\xe3\xd1\xcd\xc8\xc7", Some("windows-1256")).unwrap().text, "مرحبا");
    }

    #[rstest]
    #[case(Format::Text, b"%PDF\x00\x01", Unreadable::Binary)]
    #[case(Format::Text, b" \n ... \n", Unreadable::Empty)]
    #[case(Format::Html, b"<script>let a = 1</script>", Unreadable::Empty)]
    #[case(Format::Csv, b"", Unreadable::Empty)]
    fn what_holds_no_text_says_so(#[case] format: Format, #[case] bytes: &[u8], #[case] error: Unreadable) {
        assert_eq!(read(format, bytes, None), Err(error));
    }

    fn is_within_the_limit(format: Format, bytes: &[u8]) {
        if let Ok(document) = read(format, bytes, None) {
            assert!(document.text.chars().count() <= LONGEST);
        }
    }

    #[test]
    fn a_text_is_read_up_to_its_limit() {
        assert_eq!(text(Format::Text, &vec![b'a'; LONGEST]).len(), LONGEST);
        assert_eq!(read(Format::Text, &vec![b'a'; LONGEST + 1], None), Err(Unreadable::TooLong));
        let wide = format!("{},b\n{}", "a".repeat(400_000), "1\n".repeat(300_000));
        assert_eq!(read(Format::Csv, wide.as_bytes(), None), Err(Unreadable::TooLong));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            html in "(<[a-z!/-]{0,8}|</?(title|svg|nav|script|li|p)|/?>|&[#a-z0-9;]{0,6}|\"|'|=|[ a-zş]|\\PC){0,60}",
            table in "([,;\t\"\r\n]|[a-zş ]|\\PC){0,60}",
        ) {
            for format in [Format::Text, Format::Markdown, Format::Csv, Format::Html] {
                for bytes in [bytes.as_slice(), html.as_bytes(), table.as_bytes()] {
                    is_within_the_limit(format, bytes);
                }
            }
        }
    }
}
