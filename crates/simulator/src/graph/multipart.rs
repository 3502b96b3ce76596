//! Just enough of multipart/form-data (RFC 7578) to take an upload.

use std::collections::HashMap;

/// One part of a form.
pub(crate) struct Part<'a> {
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: &'a [u8],
}

/// The parts of a form by their names; `None` when the body is not such a form.
pub(crate) fn parse<'a>(content_type: &str, body: &'a [u8]) -> Option<HashMap<String, Part<'a>>> {
    let boundary = parameter(content_type, "boundary")?;
    let delimiter = format!("--{boundary}");
    let mut parts = HashMap::new();
    let mut rest = &body[find(body, delimiter.as_bytes())? + delimiter.len()..];
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n")?;
        let end = find(part, format!("\r\n{delimiter}").as_bytes())?;
        let (name, value) = parse_part(&part[..end])?;
        parts.insert(name, value);
        rest = &part[end + 2 + delimiter.len()..];
    }
    Some(parts)
}

fn parse_part(part: &[u8]) -> Option<(String, Part<'_>)> {
    let split = find(part, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&part[..split]).ok()?;
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let name = parameter(&header("content-disposition")?, "name")?;
    let content_type = header("content-type");
    Some((name, Part { content_type, bytes: &part[split + 4..] }))
}

/// A parameter of a header, quoted or not.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    // Jumping from one first byte to the next keeps this fast on large files.
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|byte| *byte == first) {
        if haystack[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_file_is_read() {
        let body = b"--xyz\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
            --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89\r\n--PNG\r\n--xyz--\r\n";
        let parts = parse("multipart/form-data; boundary=xyz", body).expect("a form");
        assert_eq!(parts["messaging_product"].bytes, b"whatsapp");
        assert_eq!(parts["file"].content_type.as_deref(), Some("image/png"));
        assert_eq!(parts["file"].bytes, b"\x89\r\n--PNG");
    }

    #[test]
    fn a_cut_form_is_none() {
        assert!(parse("multipart/form-data; boundary=xyz", b"--xyz\r\nContent-").is_none());
        assert!(parse("application/json", b"{}").is_none());
    }
}
