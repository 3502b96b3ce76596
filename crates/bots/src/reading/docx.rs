//! The text of a Word document (ECMA-376, part 1, 17): paragraphs, and of a table each row on a line.

use std::io::{Cursor, Read};

use quick_xml::{Reader, events::Event};
use zip::{ZipArchive, result::ZipError};

use super::Unreadable;

const TEXT: &str = "word/document.xml";
/// In bytes, unpacked. A document of a million characters has less, however they are dressed.
const LARGEST: u64 = 64 * 1024 * 1024;

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unopened(&error))?;
    let file = archive.by_name(TEXT).map_err(|error| unopened(&error))?;
    let mut xml = String::new();
    let length = file.take(LARGEST + 1).read_to_string(&mut xml).map_err(|_| Unreadable::Damaged)?;
    if u64::try_from(length).is_ok_and(|length| length > LARGEST) {
        return Err(Unreadable::TooLong);
    }
    paragraphs(&xml)
}

fn unopened(error: &ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::Locked,
        _ => Unreadable::Damaged,
    }
}

/// What is read, and where in it one is.
#[derive(Default)]
struct Page {
    text: String,
    is_text: bool,
    cells: usize,
}

impl Page {
    fn begins(&mut self, name: &[u8]) {
        match name {
            b"t" => self.is_text = true,
            b"tc" => self.cells += 1,
            _ => self.stands(name),
        }
    }

    /// What has no end of its own.
    fn stands(&mut self, name: &[u8]) {
        match name {
            b"tab" => self.text.push('\t'),
            b"br" | b"cr" => self.text.push('\n'),
            b"noBreakHyphen" => self.text.push('-'),
            _ => {}
        }
    }

    fn ends(&mut self, name: &[u8]) {
        match name {
            b"t" => self.is_text = false,
            b"p" if self.cells > 0 => self.text.push(' '),
            b"p" => self.text.push_str("\n\n"),
            b"tc" => {
                self.cells = self.cells.saturating_sub(1);
                self.text.push('\t');
            }
            b"tr" | b"tbl" => self.text.push('\n'),
            _ => {}
        }
    }
}

fn paragraphs(xml: &str) -> Result<String, Unreadable> {
    let mut reader = Reader::from_str(xml);
    let mut page = Page::default();
    loop {
        match reader.read_event().map_err(|_| Unreadable::Damaged)? {
            Event::Start(tag) => page.begins(tag.local_name().as_ref()),
            Event::Empty(tag) => page.stands(tag.local_name().as_ref()),
            Event::End(tag) => page.ends(tag.local_name().as_ref()),
            Event::Text(text) if page.is_text => {
                page.text.push_str(&text.decode().map_err(|_| Unreadable::Damaged)?);
            }
            Event::GeneralRef(entity) if page.is_text => page.text.extend(character(&entity)),
            Event::Eof => return Ok(page.text),
            _ => {}
        }
    }
}

/// `&amp;`, `&#13;`; a document may name no others.
pub(crate) fn character(entity: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return Some(character);
    }
    let name = entity.decode().ok()?;
    quick_xml::escape::resolve_predefined_entity(&name)?.chars().next()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn docx(name: &str, body: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        let ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        write!(writer, r#"<?xml version="1.0"?><w:document xmlns:w="{ns}"><w:body>{body}</w:body></w:document>"#)
            .unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn paragraphs_runs_breaks_and_tables_are_read_and_what_was_deleted_is_not() {
        let body = r#"<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Çörek &amp; </w:t></w:r><w:r><w:t>böre</w:t></w:r>
            <w:r><w:t>k&#233;</w:t><w:br/><w:t>أهلا</w:t></w:r></w:p>
            <w:p><w:del><w:r><w:delText>never</w:delText></w:r></w:del><w:r><w:t>Second.</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Bread</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>30 TL</w:t></w:r></w:p></w:tc></w:tr>
            <w:tr><w:tc><w:p><w:r><w:t>Cake</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>90 TL</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"#;
        let read = text(&docx(TEXT, body)).unwrap();
        assert_eq!(read, "Çörek & böreké\nأهلا\n\nSecond.\n\nBread \t30 TL \t\nCake \t90 TL \t\n\n");
    }

    #[test]
    fn what_is_no_document_is_damaged() {
        assert_eq!(text(b"PK nonsense"), Err(Unreadable::Damaged));
        assert_eq!(text(&docx("xl/workbook.xml", "")), Err(Unreadable::Damaged));
        assert_eq!(text(&docx(TEXT, "<w:p><w:t>cut</w:p>")), Err(Unreadable::Damaged));
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_large_one_is_not_unpacked() {
        let bomb = docx(TEXT, &format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "a".repeat(70 * 1024 * 1024)));
        assert!(bomb.len() < 1024 * 1024);
        assert_eq!(text(&bomb), Err(Unreadable::TooLong));
    }
}
