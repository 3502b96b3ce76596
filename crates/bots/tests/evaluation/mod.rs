//! How well the search meets what customers ask three small businesses. One copy: a test holds the figures where they are
//! (`tests/retrieval_evaluation.rs`), the benchmark prints them (`crates/server/examples/bench/retrieval.rs`).
//!
//! The hotel was written down before anybody saw what the search makes of it, and no word list was made to suit one of its
//! questions: it stands for the businesses that nobody has seen.

pub(crate) mod meaning;

use std::{collections::HashMap, sync::Arc};

use serde::Deserialize;
use switchboard_bots::retrieval::{Index, Passage, Vectors};
use uuid::Uuid;

pub(crate) use meaning::Meaning;

pub(crate) const LANGUAGES: [&str; 3] = ["en", "tr", "ar"];
pub(crate) const BUSINESSES: [&str; 3] = ["bakery", "dentist", "hotel"];

/// So deep an answer is still found, for the mean reciprocal rank.
const DEPTH: usize = 10;

/// Passages that a bot looks at.
const FOUND: usize = 5;

/// What a business knows and what its customers ask, as it is written down.
#[derive(Deserialize)]
struct Written {
    knowledge: Vec<Item>,
    queries: Vec<Query>,
}

#[derive(Deserialize)]
struct Item {
    key: String,
    /// None for running text.
    question: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct Query {
    /// In which it is asked; of mixed ones, the one of the passage.
    language: String,
    text: String,
    /// The key of the passage that answers; none when no passage does.
    expect: Option<String>,
}

/// What became of one question.
pub(crate) struct Outcome {
    pub(crate) business: &'static str,
    pub(crate) language: String,
    pub(crate) question: String,
    pub(crate) verdict: Verdict,
}

pub(crate) enum Verdict {
    /// A passage answers it. It was found at this rank, from 1, if at all; what was found covers it so far, from 0 to 1; a
    /// bot without a model answers with it, with another one, or not.
    Answerable { rank: Option<usize>, coverage: f32, given: Given },
    /// None does, and a bot without a model answers nevertheless.
    Unanswerable { answered: bool, coverage: f32 },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    Right,
    Wrong,
    Nothing,
}

/// Asks every business every question; the words decide.
pub(crate) fn outcomes() -> Vec<Outcome> {
    BUSINESSES.into_iter().flat_map(|business| outcomes_of(business, None)).collect()
}

/// As [`outcomes`], also by what a model makes of the questions.
pub(crate) fn outcomes_by_meaning(meaning: &Meaning) -> Vec<Outcome> {
    BUSINESSES.into_iter().flat_map(|business| outcomes_of(business, Some(meaning))).collect()
}

fn outcomes_of(business: &'static str, meaning: Option<&Meaning>) -> Vec<Outcome> {
    let written = written(business);
    let ids: HashMap<String, Uuid> =
        written.knowledge.iter().map(|item| item.key.clone()).zip((1..).map(Uuid::from_u128)).collect();
    let passage = |item: Item| Passage { id: ids[&item.key], question: item.question, text: item.text };
    let passages: Vec<Passage> = written.knowledge.into_iter().map(passage).collect();
    let vectors = meaning.map(|meaning| passages.iter().map(|passage| meaning.of(&passage.in_full()).to_vec()));
    let vectors = vectors.map(Iterator::collect::<Vec<_>>);
    let index = Index::build(passages);
    if let Some(vectors) = vectors {
        let vectors = Vectors::new("a model".to_owned(), &vectors).expect("vectors of one length");
        index.take_vectors(Arc::new(vectors));
    }
    let outcome = |query: Query| Outcome {
        business,
        verdict: judge(&index, meaning, &query.text, query.expect.map(|key| ids[&key])),
        language: query.language,
        question: query.text,
    };
    written.queries.into_iter().map(outcome).collect()
}

/// All that a model must have made vectors of: what is known, and what is asked.
pub(crate) fn texts() -> Vec<String> {
    let texts = |business| {
        let Written { knowledge, queries } = written(business);
        let known = knowledge
            .into_iter()
            .map(|item| Passage { id: Uuid::nil(), question: item.question, text: item.text }.in_full());
        known.chain(queries.into_iter().map(|query| query.text)).collect::<Vec<_>>()
    };
    BUSINESSES.into_iter().flat_map(texts).collect()
}

fn written(business: &str) -> Written {
    let json = match business {
        "bakery" => include_str!("bakery.json"),
        "dentist" => include_str!("dentist.json"),
        _ => include_str!("hotel.json"),
    };
    serde_json::from_str(json).expect("a business is JSON of this shape")
}

fn judge(index: &Index, meaning: Option<&Meaning>, question: &str, expected: Option<Uuid>) -> Verdict {
    let answer = index.best_answer(question).map(|passage| passage.id);
    let hits = match meaning {
        Some(meaning) => index.search_by_meaning(question, &meaning.of_question(question), DEPTH),
        None => index.search(question, DEPTH),
    };
    let coverage = hits.iter().take(FOUND).map(|hit| hit.confidence).fold(0.0, f32::max);
    let Some(expected) = expected else {
        return Verdict::Unanswerable { answered: answer.is_some(), coverage };
    };
    Verdict::Answerable {
        rank: hits.iter().position(|hit| hit.passage.id == expected).map(|position| position + 1),
        coverage,
        given: match answer {
            Some(id) if id == expected => Given::Right,
            Some(_) => Given::Wrong,
            None => Given::Nothing,
        },
    }
}

/// Shares of questions, from 0 to 1.
pub(crate) struct Figures {
    pub(crate) recall_at_1: f64,
    pub(crate) recall_at_5: f64,
    pub(crate) mean_reciprocal_rank: f64,
    /// Of the answerable ones, how many a bot without a model answers rightly.
    pub(crate) answered_rightly: f64,
    /// Of the unanswerable ones, how many it answers nevertheless.
    pub(crate) answered_wrongly: f64,
    /// Of the answerable ones, and of the others, how many are covered so far that a model is not told to ask back.
    pub(crate) covered: (f64, f64),
}

/// Below this a model is told to ask back, or to hand over (`COVERS` of `turn/think.rs`).
const COVERED: f32 = 0.5;

impl Figures {
    pub(crate) fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        let (mut ranks, mut right, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        let (mut covered, mut other) = (Vec::new(), Vec::new());
        let is_covered = |coverage: f32| f64::from(u8::from(coverage >= COVERED));
        for outcome in outcomes {
            match outcome.verdict {
                Verdict::Answerable { rank, coverage, given } => {
                    ranks.push(rank);
                    covered.push(is_covered(coverage));
                    right.push(f64::from(u8::from(given == Given::Right)));
                }
                Verdict::Unanswerable { answered, coverage } => {
                    wrong.push(f64::from(u8::from(answered)));
                    other.push(is_covered(coverage));
                }
            }
        }
        let among =
            |most: usize| mean(ranks.iter().map(|rank| f64::from(u8::from(rank.is_some_and(|rank| rank <= most)))));
        Self {
            recall_at_1: among(1),
            recall_at_5: among(5),
            mean_reciprocal_rank: mean(ranks.iter().map(|rank| rank.map_or(0.0, reciprocal))),
            answered_rightly: mean(right.into_iter()),
            answered_wrongly: mean(wrong.into_iter()),
            covered: (mean(covered.into_iter()), mean(other.into_iter())),
        }
    }
}

fn reciprocal(rank: usize) -> f64 {
    u32::try_from(rank).map_or(0.0, |rank| f64::from(rank).recip())
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = u32::try_from(values.len()).map_or(f64::NAN, f64::from);
    values.sum::<f64>() / count
}

/// Knowledge of a large business: this many passages, made of what the small ones know with a word of their own in each.
pub(crate) fn large_index(passages: usize) -> Index {
    let known: Vec<Item> = BUSINESSES.into_iter().flat_map(|business| written(business).knowledge).collect();
    let passage = |number: usize| {
        let [first, second, third] = [1, 7, 31].map(|step| &known[number * step % known.len()]);
        Passage {
            id: Uuid::from_u128(number as u128),
            question: first.question.as_ref().map(|question| format!("{question} {}", name(number))),
            text: [&first.text, &second.text, &third.text, &name(number / 3)].map(String::as_str).join(" "),
        }
    };
    Index::build((0..passages).map(passage).collect())
}

/// A made-up name, another for each number.
fn name(number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ke", "lo", "mi", "tu", "ra", "se", "no", "vi", "du", "fa", "ge", "ho", "pi", "zu", "wa"];
    (0..5).map(|place| SYLLABLES[(number >> (4 * place)) % 16]).collect()
}

/// Everything that is asked of the three businesses.
pub(crate) fn questions() -> Vec<String> {
    BUSINESSES.into_iter().flat_map(|business| written(business).queries).map(|query| query.text).collect()
}
