//! Plain text as a page: paragraphs apart by an empty line, `# ` and `## ` for headings, `- ` for the items of a list.

use std::fmt::Write as _;

pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="/assets/app/base.css">
</head>
<body>
<main dir="auto">
{body}</main>
</body>
</html>
"#
    )
}

pub(super) fn body(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut out = String::new();
    for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let (tag, content) = match (block.strip_prefix("# "), block.strip_prefix("## ")) {
            (Some(heading), _) => ("h1", escaped(heading)),
            (None, Some(heading)) => ("h2", escaped(heading)),
            (None, None) if block.lines().all(|line| line.starts_with("- ")) => ("ul", items(block)),
            (None, None) => ("p", escaped(block)),
        };
        let _ = writeln!(out, "<{tag}>{content}</{tag}>");
    }
    out
}

fn items(block: &str) -> String {
    block.lines().fold(String::new(), |mut out, line| {
        let _ = write!(out, "<li>{}</li>", escaped(&line[2..]));
        out
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_headings_paragraphs_and_lists() {
        let text = "# Policy\r\n\r\nOne line\nand another.\n\n## More\n\n- one\n- two\n\n\n";
        let expected =
            "<h1>Policy</h1>\n<p>One line\nand another.</p>\n<h2>More</h2>\n<ul><li>one</li><li>two</li></ul>\n";
        assert_eq!(body(text), expected);
    }

    #[test]
    fn nothing_in_the_text_is_markup() {
        let shown = body("<script>alert('x')</script> & \"more\"\n\n# <b>\n\n- <i>");
        assert!(!shown.contains("<script") && !shown.contains("<b>") && !shown.contains("<i>"), "{shown}");
        assert!(shown.contains("&amp; &quot;more&quot;"), "{shown}");
    }
}
