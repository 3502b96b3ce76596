//! Documents as programs write them, and as nobody should.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use flate2::{Compress, Compression, FlushCompress};
use zip::{ZipWriter, write::SimpleFileOptions};

const MEBI: usize = 1024 * 1024;

/// One page with one line.
pub(super) fn pdf(line: &str) -> Vec<u8> {
    whole("", written(line).as_bytes(), "")
}

fn written(line: &str) -> String {
    format!("BT /F1 12 Tf 20 200 Td ({line}) Tj ET\n")
}

/// Encrypted with a password that nobody gives (ISO 32000-1, 7.6.3).
pub(super) fn locked_pdf() -> Vec<u8> {
    whole("", written("Rye").as_bytes(), "/Encrypt 6 0 R /ID [<00> <00>]")
}

/// A page of a hundred megabytes of writing, in a file of a few hundred kilobytes.
pub(super) fn pdf_bomb() -> Vec<u8> {
    whole("/Filter /FlateDecode", &pages_of_writing(), "")
}

/// A stream of zlib (RFC 1950) whose blocks stand on their own, so that one of them, said often, makes a long one. It has
/// no end: nobody gets there.
fn pages_of_writing() -> Vec<u8> {
    let page = written("Rye rests for a day.").repeat(MEBI / 50);
    let mut compress = Compress::new(Compression::best(), false);
    let mut block = vec![0; MEBI];
    compress.compress(page.as_bytes(), &mut block, FlushCompress::Full).expect("it compresses");
    block.truncate(usize::try_from(compress.total_out()).expect("it is short"));
    [vec![0x78, 0xda], block.repeat(100)].concat()
}

fn whole(of_stream: &str, stream: &[u8], of_trailer: &str) -> Vec<u8> {
    let head = format!("<< /Length {} {of_stream} >> stream\n", stream.len());
    let contents = [head.as_bytes(), stream, b"\nendstream"].concat();
    let hash = "41".repeat(32);
    let lock = format!("<< /Filter /Standard /V 1 /R 2 /P -4 /O <{hash}> /U <{hash}> >>");
    let objects: [&[u8]; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        &contents,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        lock.as_bytes(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = String::from("xref\n0 7\n0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let trailer = format!("{table}trailer << /Size 7 /Root 1 0 R {of_trailer} >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(trailer.as_bytes());
    file
}

/// One paragraph.
pub(super) fn docx(text: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", SimpleFileOptions::default()).expect("a file");
    let xmlns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let body = format!("<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>");
    write!(writer, r#"<w:document xmlns:w="{xmlns}">{body}</w:document>"#).expect("it is written");
    writer.finish().expect("an archive").into_inner()
}
