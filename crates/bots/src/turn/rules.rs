//! When a bot calls people by itself, as its business has set it. Decided before a model is asked, so it costs nothing.

use std::collections::HashSet;

use switchboard_store::Purpose;

use super::{
    anger,
    question::{Question, Said},
};
use crate::{
    hours,
    retrieval::{Hit, normalise},
};

/// Why people are called. Codes, of which screens make sentences; a keyword, or a label's name, stands behind its code.
pub(super) const ANGER: &str = "anger";
pub(crate) const BUDGET: &str = "budget";
const CLOSED: &str = "closed";
const CUSTOMER_LIMIT: &str = "customer_limit";
const DAY_LIMIT: &str = "day_limit";
const DOCUMENT: &str = "document";
const KEYWORD: &str = "keyword";
const LABEL: &str = "label";
const REPEATED: &str = "repeated";
pub(crate) const UNSURE: &str = "unsure";

/// Two texts with this share of their words in common ask the same.
const SAME: f64 = 0.7;
/// What has fewer words is an answer or a courtesy ("yes", "ok"), which people do repeat. Where words are written without
/// spaces, two pairs of characters count as one.
const FEWEST_WORDS: usize = 2;

/// Why people are called whatever the bot knows, as the conversation shows it; `None`: it may answer.
pub(super) fn judge(question: &Question) -> Option<String> {
    let bot = &question.bot;
    if bot.hands_over_when_closed && is_closed(question) {
        return Some(CLOSED.to_owned());
    }
    if let Some(label) = &question.label {
        return Some(format!("{LABEL}:{label}"));
    }
    // No bot reads one, and whoever sends one wants it read.
    if question.pending.iter().any(|said| said.kind == DOCUMENT) {
        return Some(DOCUMENT.to_owned());
    }
    if let Some(word) = keyword(question) {
        return Some(format!("{KEYWORD}:{word}"));
    }
    let mut texts = question.pending.iter().filter_map(|said| said.text.as_deref());
    if bot.hands_over_when_angry && texts.any(anger::is_angry) {
        return Some(ANGER.to_owned());
    }
    if reached(bot.answers_per_customer, question.counts.of_customer) {
        return Some(CUSTOMER_LIMIT.to_owned());
    }
    if reached(bot.answers_per_day, question.counts.of_day) {
        return Some(DAY_LIMIT.to_owned());
    }
    // Stored answers cost nothing.
    if question.counts.is_spent && question.models.name(Purpose::Answering).is_some() {
        return Some(BUDGET.to_owned());
    }
    let most = bot.handoff_repeats.and_then(|most| usize::try_from(most).ok());
    most.filter(|most| times_asked(question) > *most).map(|_| REPEATED.to_owned())
}

/// Whether it is a rule for which people are called, and not that nothing is known, or the model's own words.
pub(crate) fn is_rule(reason: &str) -> bool {
    [ANGER, BUDGET, CLOSED, CUSTOMER_LIMIT, DAY_LIMIT, DOCUMENT, REPEATED].contains(&reason)
        || [KEYWORD, LABEL].iter().any(|code| reason.starts_with(&format!("{code}:")))
}

/// Whether the business has hours, and is closed.
pub(super) fn is_closed(question: &Question) -> bool {
    question.bot.hours.as_ref().is_some_and(|hours| !hours::are_open(hours, &question.zone, question.now))
}

fn reached(limit: Option<i64>, count: i64) -> bool {
    limit.is_some_and(|limit| count >= limit)
}

/// The first of the bot's words or phrases that the customer says, in whatever case and accents.
fn keyword(question: &Question) -> Option<&str> {
    let said: Vec<String> = question.pending.iter().filter_map(|said| said.text.as_deref()).map(words).collect();
    let is_said = |keyword: &&String| {
        let phrase = words(keyword);
        phrase.len() > 2 && said.iter().any(|said| said.contains(&phrase))
    };
    question.bot.handoff_keywords.iter().find(is_said).map(String::as_str)
}

/// The words of a text with a space around each, so that one is found whole or not at all. Of scripts that write words
/// without spaces, where nothing tells a word's end, each character is one.
pub(crate) fn words(text: &str) -> String {
    let mut spaced = String::new();
    for c in normalise(text).chars() {
        match c {
            c if is_unspaced(c) => spaced.extend([' ', c, ' ']),
            c if c.is_alphanumeric() => spaced.push(c),
            _ => spaced.push(' '),
        }
    }
    spaced.split_whitespace().fold(String::from(" "), |all, word| all + word + " ")
}

/// Whether a character is of a script that writes words without spaces between them.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E01}'..='\u{0EDF}'                             // Thai, Lao
        | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17D3}' // Burmese, Khmer
        | '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' // Hiragana, Katakana
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}') // Chinese characters
}

/// How often the customer has asked what they ask now, this time included, since people last wrote.
fn times_asked(question: &Question) -> usize {
    let terms_of = |said: &Said| said.text.as_deref().filter(|_| said.by_customer).map(terms);
    let since_people = question.history.iter().rev().take_while(|said| !said.by_person);
    let before: Vec<_> = since_people.filter_map(terms_of).collect();
    let now = question.pending.iter().filter_map(terms_of).filter(is_long_enough);
    now.map(|asked| 1 + before.iter().filter(|other| is_same(&asked, other)).count()).max().unwrap_or(0)
}

/// By what a text is compared with another: its words, and the pairs of neighbours among the characters that [`words`] sets
/// apart, since many texts consist of the same few characters.
fn terms(text: &str) -> HashSet<String> {
    let words = words(text);
    let words: Vec<&str> = words.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| pair.iter().all(|word| word.starts_with(is_unspaced)));
    let whole = words.iter().filter(|word| !word.starts_with(is_unspaced)).map(|word| (*word).to_owned());
    whole.chain(pairs.map(<[&str]>::concat)).collect()
}

fn is_long_enough(terms: &HashSet<String>) -> bool {
    let pairs = terms.iter().filter(|term| term.starts_with(is_unspaced)).count();
    terms.len() - pairs + pairs.div_ceil(2) >= FEWEST_WORDS
}

fn is_same(a: &HashSet<String>, b: &HashSet<String>) -> bool {
    let count = |words: usize| u32::try_from(words).map_or(f64::MAX, f64::from);
    count(a.intersection(b).count()) >= SAME * count(a.union(b).count())
}

/// Whether the knowledge covers less of what is asked than the business wants. A greeting asks nothing.
pub(super) fn is_unsure(question: &Question, found: &[Hit<'_>]) -> bool {
    let Some(least) = question.bot.handoff_confidence else { return false };
    let asks = question.pending.iter().filter_map(|said| said.text.as_deref()).any(crate::retrieval::asks_something);
    let best = found.iter().map(|hit| hit.confidence).fold(0.0, f32::max);
    asks && f64::from(best) * 100.0 < f64::from(i32::try_from(least).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("refund", "I want my REFUND now!", true)]
    #[case("refund", "refunds are a topic", false)]
    #[case("人工", "我要人工客服", true)]
    #[case("人工", "工人在哪里", false)]
    #[case("返品", "返品したいです", true)]
    #[case("คืนเงิน", "ขอคืนเงินค่ะ", true)]
    #[case("iPhone", "我要买iPhone手机", true)]
    fn a_word_is_found_in_what_is_said_in_any_script(#[case] word: &str, #[case] text: &str, #[case] is_in: bool) {
        assert_eq!(words(text).contains(&words(word)), is_in, "{}", words(text));
    }

    #[rstest]
    #[case("What time do you open?", "what time do you open??", true)]
    #[case("你们几点开门", "请问你们几点开门？", true)]
    #[case("你们几点开门", "你们几点关门", false)]
    #[case("何時に開きますか", "何時に開きますか？", true)]
    #[case("ร้านเปิดกี่โมง", "มีเค้กไหม", false)]
    fn texts_that_ask_the_same_are_told_from_others(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
        assert!(is_long_enough(&terms(one)));
        assert_eq!(is_same(&terms(one), &terms(other)), same);
    }

    #[rstest]
    #[case("Yes.")]
    #[case("好的")]
    #[case("谢谢你")]
    #[case("はい")]
    fn a_courtesy_is_no_question(#[case] text: &str) {
        assert!(!is_long_enough(&terms(text)));
    }
}
