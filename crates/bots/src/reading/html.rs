//! What a page says: its words, without what browsers run and what moves around the page.

/// What is left out with all that is in it.
const SKIPPED: [&str; 10] =
    ["script", "style", "noscript", "template", "svg", "nav", "iframe", "object", "select", "textarea"];
/// What stands on lines of its own.
const BLOCKS: [&str; 31] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];
/// So far the page may say what it is written in.
const HEAD: usize = 2_048;

/// What a page says that it is written in.
pub(super) fn charset(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let after = head.split("charset=").nth(1)?;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    encoding_rs::Encoding::for_label(label.as_bytes())
}

/// Its title and its text.
pub(super) fn text(html: &str) -> (Option<String>, String) {
    let mut page = Page::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        page.say(&rest[..at]);
        rest = &rest[at..];
        rest = page.tag(rest);
    }
    page.say(rest);
    (page.title, page.text)
}

#[derive(Default)]
struct Page {
    title: Option<String>,
    text: String,
    in_title: bool,
}

impl Page {
    fn say(&mut self, raw: &str) {
        let words = decoded(raw);
        if self.in_title {
            self.title.get_or_insert_default().push_str(&words.split_whitespace().collect::<Vec<_>>().join(" "));
            return;
        }
        let starts_apart = words.starts_with(char::is_whitespace);
        let ends_apart = words.ends_with(char::is_whitespace);
        if starts_apart {
            self.space();
        }
        self.text.push_str(&words.split_whitespace().collect::<Vec<_>>().join(" "));
        if ends_apart {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }

    fn line(&mut self, breaks: &str) {
        let end = self.text.trim_end_matches(' ').len();
        self.text.truncate(end);
        if !self.text.is_empty() && !self.text.ends_with(breaks) {
            self.text.push_str(breaks);
        }
    }

    /// Takes what begins with `<`; what is left after it.
    fn tag<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return comment.split_once("-->").map_or("", |(_, after)| after);
        }
        let inner = &rest[1..];
        let name: String = inner
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        if name.is_empty() && !inner.starts_with(['!', '?', '/']) {
            // No tag: "3 < 4".
            self.say("<");
            return inner;
        }
        let closes = inner.starts_with('/');
        let after = after_tag(inner);
        match name.as_str() {
            "title" => self.in_title = !closes && self.title.is_none(),
            "li" if !closes => {
                self.line("\n");
                self.text.push_str("- ");
            }
            "br" | "li" => self.line("\n"),
            "td" | "th" => self.space(),
            name if SKIPPED.contains(&name) && !closes => return after_end_of(after, name),
            name if BLOCKS.contains(&name) => self.line("\n\n"),
            _ => {}
        }
        after
    }
}

/// What stands behind a tag's end; an end within quotes is none.
fn after_tag(inner: &str) -> &str {
    let mut quote = None;
    for (at, c) in inner.char_indices() {
        match (c, quote) {
            ('>', None) => return &inner[at + 1..],
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    ""
}

/// What stands behind the end of an element that is left out; nothing, where it has none.
fn after_end_of<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = &rest[at + 2..];
        let is_end = rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_end && !rest[name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return after_tag(rest);
        }
    }
    ""
}

/// Text with its entities as characters.
fn decoded(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.split_once(';').and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((c, after)) => {
                text.push(c);
                rest = after;
            }
            None => text.push('&'),
        }
    }
    text.push_str(rest);
    text
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
        return char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "euro" => '€',
        "pound" => '£',
        "copy" => '©',
        "reg" => '®',
        "deg" => '°',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "laquo" => '«',
        "raquo" => '»',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "middot" => '·',
        "ccedil" => 'ç',
        "Ccedil" => 'Ç',
        "ouml" => 'ö',
        "Ouml" => 'Ö',
        "uuml" => 'ü',
        "Uuml" => 'Ü',
        "auml" => 'ä',
        "szlig" => 'ß',
        "eacute" => 'é',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("<p>We bake <b>at</b> night.</p><p>Always.</p>", "We bake at night.\n\nAlways.\n\n")]
    #[case("<ul><li>Rye<li>Wheat</ul>", "- Rye\n- Wheat\n\n")]
    #[case("a<br>b<BR/>c", "a\nb\nc")]
    #[case("<table><tr><td>Rye</td><td>90 TL</td></tr></table>", "Rye 90 TL\n\n")]
    #[case("A<script>if (a < b) alert('</p>')</script> B", "A B")]
    #[case("A<!-- <p>hidden</p> -->B", "AB")]
    #[case("<a title=\"a > b\" href=x>link</a>", "link")]
    #[case("3 < 4 &amp; 5 &gt; 4 &#8364; &#x41; &nope; &", "3 < 4 & 5 > 4 € A &nope; &")]
    #[case("<nav><a>Home</a></nav>Text", "Text")]
    #[case("<style>p { }", "")]
    fn a_page_is_read_as_people_read_it(#[case] html: &str, #[case] said: &str) {
        assert_eq!(text(html).1, said);
    }

    #[test]
    fn the_title_is_no_part_of_the_text() {
        let page = "<html><head><title>Corner\n Bakery</title></head><body><h1>Bread</h1><title>x</title></body>";
        assert_eq!(text(page), (Some("Corner Bakery".into()), "Bread\n\nx\n\n".into()));
    }

    #[test]
    fn a_page_may_say_what_it_is_written_in() {
        assert_eq!(charset(b"<meta charset=\"windows-1254\">"), Some(encoding_rs::WINDOWS_1254));
        assert_eq!(charset(b"<meta http-equiv=x content='text/html; CHARSET=utf-8'>"), Some(encoding_rs::UTF_8));
        assert_eq!(charset(b"<p>"), None);
    }
}
