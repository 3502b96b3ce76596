//! Long answers as several messages.

use unicode_segmentation::UnicodeSegmentation;

/// A break is taken only where it leaves a message at least this full, so that no message is a mere snippet.
const LEAST_FILLED: f32 = 0.4;

/// Splits a text into messages of at most `limit` characters (WhatsApp's limit for a text is 4096), trimmed, at the end
/// of a paragraph, else of a line, a sentence, a word, and never inside what a reader sees as one character, unless that
/// alone is longer than the limit. Only white space between messages is lost. A blank text gives no message.
///
/// # Panics
/// When `limit` is 0.
pub fn split_for_whatsapp(text: &str, limit: usize) -> Vec<String> {
    assert!(limit > 0, "no message holds less than one character");
    let mut messages = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (message, after) = rest.split_at(cut(rest, limit));
        messages.push(message.trim_end().to_owned());
        rest = after.trim_start();
    }
    messages
}

/// Where the first message ends, in bytes.
fn cut(text: &str, limit: usize) -> usize {
    let Some(end) = text.char_indices().nth(limit).map(|(at, _)| at) else { return text.len() };
    let least = text.char_indices().nth(least_filled(limit)).map_or(0, |(at, _)| at);
    let window = &text[..end];
    let breaks: [fn(&str) -> Option<usize>; 4] = [
        |window| window.rfind("\n\n"),
        |window| window.rfind('\n'),
        end_of_sentence,
        |window| window.rfind(char::is_whitespace),
    ];
    let natural = breaks.iter().find_map(|find| find(window).filter(|at| *at > least));
    natural.unwrap_or_else(|| end_of_grapheme(text, end))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rough share of a small number"
)]
fn least_filled(limit: usize) -> usize {
    (limit as f32 * LEAST_FILLED) as usize
}

/// After the last sentence mark that white space follows: "2.80" is no end.
fn end_of_sentence(window: &str) -> Option<usize> {
    let marks = window
        .char_indices()
        .rev()
        .filter(|(_, c)| matches!(c, '.' | '!' | '?' | '…' | '؟' | '۔' | '。' | '！' | '？'));
    let mut ends = marks.map(|(at, c)| at + c.len_utf8());
    ends.find(|end| window[*end..].starts_with(char::is_whitespace))
}

/// The last boundary between graphemes up to `end`; `end` itself when one grapheme is longer than all that.
fn end_of_grapheme(text: &str, end: usize) -> usize {
    let starts = text.grapheme_indices(true).map(|(at, _)| at);
    starts.take_while(|at| *at <= end).last().filter(|at| *at > 0).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::split_for_whatsapp;

    #[test]
    fn a_short_text_is_one_message() {
        assert_eq!(split_for_whatsapp(" Hello. ", 4096), ["Hello."]);
        assert!(split_for_whatsapp(" \n", 4096).is_empty());
    }

    #[test]
    fn paragraphs_stay_together_before_sentences_and_sentences_before_words() {
        assert_eq!(split_for_whatsapp("One two.\n\nThree. Four", 16), ["One two.", "Three. Four"]);
        assert_eq!(split_for_whatsapp("It is 2.80 now. Then more", 20), ["It is 2.80 now.", "Then more"]);
        assert_eq!(split_for_whatsapp("one two three four", 10), ["one two", "three four"]);
    }

    #[test]
    fn what_a_reader_sees_as_one_character_stays_whole() {
        let family = "👩‍👩‍👧‍👦";
        assert_eq!(split_for_whatsapp(&family.repeat(2), 10), [family, family]);
        assert_eq!(split_for_whatsapp("e\u{301}e\u{301}", 3), ["e\u{301}", "e\u{301}"]);
    }

    #[test]
    fn even_a_character_longer_than_the_limit_is_sent() {
        let stacked = format!("a{}", "\u{301}".repeat(9));
        assert_eq!(split_for_whatsapp(&stacked, 4).concat(), stacked);
    }

    proptest! {
        #[test]
        fn messages_join_back_to_the_text_and_keep_the_limit(text in "(\\PC|[a-z. \n]|👩‍👧){0,120}", limit in 1_usize..40) {
            let messages = split_for_whatsapp(&text, limit);
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(solid(&messages.concat()), solid(&text));
            for message in &messages {
                prop_assert!(!message.trim().is_empty());
                prop_assert!(message.chars().count() <= limit);
            }
        }
    }
}
