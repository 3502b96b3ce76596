//! What a page says: its words, without what browsers run and what moves around the page.

use std::convert::Infallible;

use html5gum::{
    Span, Tokenizer,
    emitters::callback::{CallbackEmitter, CallbackEvent},
};

/// What is left out with all that is in it; of titles, all but the first.
const SKIPPED: [&str; 11] =
    ["script", "style", "noscript", "template", "svg", "nav", "iframe", "object", "select", "textarea", "title"];
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
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        page.take(&event);
        None
    });
    // What is in a script or a title is no markup.
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    (page.title, page.text)
}

#[derive(Default)]
struct Page {
    title: Option<String>,
    text: String,
    /// The start tag that is being read.
    tag: String,
    in_title: bool,
    /// What is being left out, and how many of its kind stand in each other.
    skipped: Option<(String, usize)>,
}

impl Page {
    fn take(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::String { value } => self.say(&String::from_utf8_lossy(value)),
            CallbackEvent::OpenStartTag { name } => self.tag = String::from_utf8_lossy(name).into_owned(),
            CallbackEvent::CloseStartTag { self_closing } => {
                let name = std::mem::take(&mut self.tag);
                // Of HTML's own elements none closes itself, whatever it says.
                if !(*self_closing && name == "svg") {
                    self.open(&name);
                }
            }
            CallbackEvent::EndTag { name } => self.close(&String::from_utf8_lossy(name)),
            _ => {}
        }
    }

    fn open(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth += usize::from(skipped == name);
            return;
        }
        match name {
            "title" if self.title.is_none() => self.in_title = true,
            "li" => {
                self.line("\n");
                self.text.push_str("- ");
            }
            name if SKIPPED.contains(&name) => self.skipped = Some((name.to_owned(), 1)),
            name => self.part(name),
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth -= usize::from(skipped == name);
            if *depth == 0 {
                self.skipped = None;
            }
            return;
        }
        match name {
            "title" => self.in_title = false,
            name => self.part(name),
        }
    }

    /// What a tag does to what stands before and behind it.
    fn part(&mut self, name: &str) {
        match name {
            "br" | "li" => self.line("\n"),
            "td" | "th" => self.space(),
            name if BLOCKS.contains(&name) => self.line("\n\n"),
            _ => {}
        }
    }

    fn say(&mut self, raw: &str) {
        let words = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.in_title {
            self.title = Some(words);
            return;
        }
        if self.skipped.is_some() {
            return;
        }
        if raw.starts_with(char::is_whitespace) {
            self.space();
        }
        self.text.push_str(&words);
        if raw.ends_with(char::is_whitespace) {
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
    #[case("<nav><a>Home</a><nav>in it</nav> too</nav>Text", "Text")]
    #[case("A<svg/><SVG><title>icon</title><path/><svg/></svg>B", "AB")]
    #[case("Rye&comma; &frac12;&nbsp;kg &ccedil;ok &sect", "Rye, ½ kg çok §")]
    #[case("A<!-- > --><![CDATA[x]]><?y?>B</ p>C", "ABC")]
    #[case("A<p", "A")]
    #[case("<style>p { }", "")]
    fn a_page_is_read_as_people_read_it(#[case] html: &str, #[case] said: &str) {
        assert_eq!(text(html).1, said);
    }

    #[test]
    fn the_title_is_no_part_of_the_text() {
        let page = "<html><head><title>Corner\n Bakery</title></head><body><h1>Bread</h1><title>x</title></body>";
        assert_eq!(text("<title>Rye &amp; more</title>").0.as_deref(), Some("Rye & more"));
        assert_eq!(text(page), (Some("Corner Bakery".into()), "Bread\n\n".into()));
    }

    /// Whoever looks among those before for each makes hours of a page of two megabytes.
    #[test]
    fn a_tag_may_have_any_number_of_attributes() {
        let attributes = (0..200_000).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(text(&format!("<p {attributes}>Bread")).1, "Bread");
    }

    #[test]
    fn a_page_may_say_what_it_is_written_in() {
        assert_eq!(charset(b"<meta charset=\"windows-1254\">"), Some(encoding_rs::WINDOWS_1254));
        assert_eq!(charset(b"<meta http-equiv=x content='text/html; CHARSET=utf-8'>"), Some(encoding_rs::UTF_8));
        assert_eq!(charset(b"<p>"), None);
    }
}
