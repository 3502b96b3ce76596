//! What of a message is in words, and so in a language.

use std::borrow::Cow;

use switchboard_store::message::Message;

/// Letters of the shortest laughter: `mama` and `dede` are words.
const LAUGHTER: usize = 5;
/// Letters of the longest syllable that laughter repeats.
const SYLLABLE: usize = 3;

/// What a message says in words of whoever wrote it: a place, a card, an order and the name of a file are none.
pub fn in_words(message: &Message) -> Option<&str> {
    let text = message.text.as_deref()?;
    let is_file_name = || message.payload.as_ref().is_some_and(|it| it.0["document"]["filename"] == text);
    let is_data = matches!(message.kind.as_str(), "location" | "contacts" | "order") || is_file_name();
    (!is_data).then_some(text)
}

/// A text without what is in no language: addresses, links, names of files, laughter.
pub(super) fn words_of(text: &str) -> Cow<'_, str> {
    let is_word = |word: &&str| !is_address(word) && !is_laughter(word);
    if text.split_whitespace().all(|word| is_word(&word)) {
        return text.into();
    }
    text.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ").into()
}

fn is_address(word: &str) -> bool {
    word.contains('@') || word.contains("://") || word.starts_with("www.") || has_ending(word)
}

/// Whether it ends as names of files and of places in the web do. A full stop without a space behind it is no ending.
fn has_ending(word: &str) -> bool {
    let name = word.split(['/', '?']).next().unwrap_or_default();
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    name.rsplit_once('.').is_some_and(|(_, ending)| {
        let is_short = (2..=4).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_short && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

fn is_laughter(word: &str) -> bool {
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let repeats = |of: usize| letters.iter().zip(letters.iter().skip(of)).all(|(a, b)| a == b);
    letters.len() >= LAUGHTER && (1..=SYLLABLE).any(|of| letters.len() >= 2 * of && repeats(of))
}
