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
/// What has fewer words is an answer or a courtesy ("yes", "ok"), which people do repeat.
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

/// The words of a text with a space around each, so that one is found whole or not at all.
pub(crate) fn words(text: &str) -> String {
    let normalised = normalise(text);
    let words = normalised.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(String::from(" "), |all, word| all + word + " ")
}

/// How often the customer has asked what they ask now, this time included, since people last wrote.
fn times_asked(question: &Question) -> usize {
    let words_of = |said: &Said| -> Option<HashSet<String>> {
        let text = said.text.as_deref().filter(|_| said.by_customer)?;
        Some(words(text).split_whitespace().map(str::to_owned).collect())
    };
    let since_people = question.history.iter().rev().take_while(|said| !said.by_person);
    let before: Vec<_> = since_people.filter_map(words_of).collect();
    let now = question.pending.iter().filter_map(words_of).filter(|words| words.len() >= FEWEST_WORDS);
    now.map(|asked| 1 + before.iter().filter(|other| is_same(&asked, other)).count()).max().unwrap_or(0)
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
