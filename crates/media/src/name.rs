//! Names of files, as strangers give them.

/// In characters; the longest a disk takes is about 255 bytes.
const LONGEST: usize = 120;

/// A name that is only a name: no folders, no control characters, nothing that turns the direction of writing to hide what
/// it ends with. `None`: nothing is left.
pub fn clean_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_kept = |c: &char| !c.is_control() && !is_invisible(*c);
    let cleaned: String = last.chars().filter(is_kept).collect();
    let cleaned = cleaned.trim().trim_start_matches('.').trim();
    if cleaned.is_empty() {
        return None;
    }
    Some(shortened(cleaned))
}

/// Marks and overrides of direction, and other characters without a shape.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

/// Cut in the middle, so that the ending stays.
fn shortened(name: &str) -> String {
    let count = name.chars().count();
    if count <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 10);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let kept: String = name.chars().take(LONGEST - ending.chars().count()).collect();
    kept + &ending
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("receipt.pdf", Some("receipt.pdf"))]
    #[case("../../etc/passwd", Some("passwd"))]
    #[case("C:\\Users\\x\\offer.docx", Some("offer.docx"))]
    #[case("..", None)]
    #[case(".htaccess", Some("htaccess"))]
    #[case("a\r\nX-Evil: 1\0.png", Some("aX-Evil: 1.png"))]
    #[case("invoice\u{202e}fdp.exe", Some("invoicefdp.exe"))]
    #[case("Teklif – Şubat.pdf", Some("Teklif – Şubat.pdf"))]
    #[case("عرض السعر.pdf", Some("عرض السعر.pdf"))]
    #[case("", None)]
    fn a_name_is_only_a_name(#[case] given: &str, #[case] expected: Option<&str>) {
        assert_eq!(clean_name(given).as_deref(), expected);
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = clean_name(&format!("{}.pdf", "ş".repeat(500))).unwrap();
        assert_eq!((name.chars().count(), name.ends_with("ş.pdf")), (120, true));
    }
}
