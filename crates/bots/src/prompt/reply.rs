//! Reading the model's answer, with the habits of many models in mind.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";
const UNSTATED: &str = "the assistant asked for a person";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Answer(String),
    /// A person is needed; `reason` is for the team, never empty.
    Handoff {
        reason: String,
    },
    /// Nothing that could be sent.
    Empty,
}

/// Reads what a model answered. Its thinking aloud is dropped, fences around the whole are taken off, and the marker is
/// believed wherever it stands: a customer must never read it.
pub fn parse_reply(text: &str) -> Reply {
    let answer = plain_text(text);
    if let Some(reason) = handoff(&answer) {
        return Reply::Handoff { reason };
    }
    // Markdown's bold is two asterisks, WhatsApp's is one.
    let answer = answer.replace("**", "*");
    if answer.chars().any(char::is_alphanumeric) || has_emoji(&answer) { Reply::Answer(answer) } else { Reply::Empty }
}

/// What is meant for others of what a model wrote: without its thoughts, and without a fence around the whole.
pub fn plain_text(text: &str) -> String {
    without_code_fence(without_thoughts(&printable(text)).trim()).to_owned()
}

/// A text without what nobody reads and PostgreSQL does not store: control characters, among them the one of number zero,
/// that are no line break and no tab.
pub fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A thumbs-up is an answer; a lonely "…" is not.
fn has_emoji(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F300}'..='\u{1FAFF}'))
}

/// Drops `<think>…</think>`. An end without a beginning closes thoughts that the server began itself; a beginning
/// without an end never came to an answer.
fn without_thoughts(text: &str) -> String {
    let mut spoken = String::new();
    let mut thinking = false;
    let mut rest = text;
    while let Some((before, tag, after)) = next_tag(rest) {
        match (tag, thinking) {
            (OPEN, false) => spoken.push_str(before),
            (CLOSE, false) => spoken.clear(),
            _ => {}
        }
        thinking = tag == OPEN;
        rest = after;
    }
    if !thinking {
        spoken.push_str(rest);
    }
    spoken
}

/// What stands before the first tag, the tag, and what stands after it.
fn next_tag(text: &str) -> Option<(&str, &'static str, &str)> {
    // ASCII lower case keeps every byte position.
    let lower = text.to_ascii_lowercase();
    let (at, tag) = [OPEN, CLOSE].into_iter().filter_map(|tag| Some((lower.find(tag)?, tag))).min()?;
    Some((&text[..at], tag, &text[at + tag.len()..]))
}

fn without_code_fence(text: &str) -> &str {
    let inner =
        text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")).filter(|inner| !inner.contains("```"));
    let Some(inner) = inner else { return text };
    // The first line of a fence may name a language.
    match inner.split_once('\n') {
        Some((first, rest)) if !first.trim().contains(' ') && !has_marker(first) => rest.trim(),
        _ => inner.trim(),
    }
}

/// The plain way to hand over.
pub(super) fn has_marker(text: &str) -> bool {
    marked(text).is_some()
}

/// The reason within the marker, else the rest of its line, else the line after it.
fn handoff(answer: &str) -> Option<String> {
    let after = marked(answer)?;
    let (within, after) = after.split_once(']').unwrap_or((after, ""));
    let trim = |line: &str| line.trim_matches(|c: char| c.is_whitespace() || "*_`>:–—-.".contains(c)).to_owned();
    let reason = within.lines().chain(after.lines()).map(trim).find(|line| !line.is_empty());
    Some(reason.unwrap_or_else(|| UNSTATED.to_owned()))
}

/// What follows the first word of a marker, up to its bracket and on. Models write it as they like: `[HANDOFF]`,
/// `[HANDOFF: why]`, `[hand-off]`.
fn marked(text: &str) -> Option<&str> {
    text.match_indices('[').find_map(|(at, bracket)| {
        let hand = without_word(text[at + bracket.len()..].trim_start(), "hand")?;
        let after = without_word(hand.strip_prefix([' ', '-', '_']).unwrap_or(hand), "off")?;
        (!after.starts_with(char::is_alphanumeric)).then_some(after)
    })
}

fn without_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Reply, has_marker, parse_reply};

    #[rstest]
    #[case("We open at 7.", "We open at 7.")]
    #[case("  We open at 7.\n", "We open at 7.")]
    #[case("<think>They ask for hours.</think>\n\nWe open at 7.", "We open at 7.")]
    #[case("They ask for hours.\n</think>\nWe open at 7.", "We open at 7.")]
    #[case("```\nWe open at 7.\n```", "We open at 7.")]
    #[case("```text\nWe open at 7.\n```", "We open at 7.")]
    #[case("**We** open at 7.", "*We* open at 7.")]
    #[case("👍", "👍")]
    #[case("\0We\u{7} open\r\n\tat 7.\u{9b}", "We open\n\tat 7.")]
    fn an_answer_is_freed_of_its_wrapping(#[case] text: &str, #[case] answer: &str) {
        assert_eq!(parse_reply(text), Reply::Answer(answer.to_owned()));
    }

    #[rstest]
    #[case("[HANDOFF] wants a refund", "wants a refund")]
    #[case("[handoff]: wants a refund", "wants a refund")]
    #[case("I am sorry.\n\n**[HANDOFF]** wants a refund\nBye", "wants a refund")]
    #[case("```\n[HANDOFF] wants a refund\n```", "wants a refund")]
    #[case("```[HANDOFF] wants a refund```", "wants a refund")]
    #[case("<think>hm</think>[Handoff]\nwants a refund", "wants a refund")]
    #[case("Of course. [HANDOFF] wants a refund", "wants a refund")]
    #[case("[HANDOFF: wants a refund]", "wants a refund")]
    #[case("Of course. [HANDOFF - wants a refund] Bye", "wants a refund")]
    #[case("[HAND OFF] wants a refund", "wants a refund")]
    #[case("[hand-off: wants a refund", "wants a refund")]
    #[case("[1] [Hand_Off]\nwants a refund", "wants a refund")]
    fn a_handoff_is_understood_in_any_dress(#[case] text: &str, #[case] reason: &str) {
        assert_eq!(parse_reply(text), Reply::Handoff { reason: reason.to_owned() });
    }

    #[test]
    fn a_handoff_without_a_reason_has_one_all_the_same() {
        assert!(matches!(parse_reply("[HANDOFF]"), Reply::Handoff { reason } if !reason.is_empty()));
    }

    #[test]
    fn words_that_only_begin_like_the_marker_are_an_answer() {
        assert_eq!(parse_reply("[handoffs] [hand] off"), Reply::Answer("[handoffs] [hand] off".to_owned()));
    }

    #[test]
    fn a_handoff_only_thought_of_is_none() {
        assert_eq!(parse_reply("<think>[HANDOFF]?</think>Yes."), Reply::Answer("Yes.".to_owned()));
    }

    #[rstest]
    #[case("")]
    #[case(" \n ")]
    #[case("...")]
    #[case("```\n```")]
    #[case("<think>I never came to an ans")]
    #[case("<think>done</think>")]
    #[case("\0\u{1}")]
    fn nothing_to_send_is_empty(#[case] text: &str) {
        assert_eq!(parse_reply(text), Reply::Empty);
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_the_marker_never_reaches_the_customer(text in "(\\PC|<think>|</think>|```|\\[ ?(HANDOFF|hand[ _-]off)(\\]|:|\n)|\n|ı|İ){0,40}") {
            if let Reply::Answer(answer) = parse_reply(&text) {
                prop_assert!(!has_marker(&answer));
                prop_assert!(!answer.is_empty());
            }
        }
    }
}
