//! Finding the passages of a tenant's knowledge that answer what a customer wrote.
//!
//! By words and, where there are vectors, by meaning ([`vectors`]); in memory. By words: BM25 over words normalised here, so that results are the same whichever database holds the
//! knowledge. A text becomes *units* ([`analysis`]): what one word, or one phrase with a meaning of its own, stands
//! for. A unit has several *keys*, the index terms under which it can meet the other side: its English and its Turkish
//! stem (a short message rarely shows which of the two it is), its Arabic stems, and a concept shared by synonyms. A
//! word that no passage knows is taken for a slip of the pen and meets the most similar words that are known.

mod analysis;
mod best_answer;
mod index;
mod search;
mod similar_terms;
mod stem;
mod stop_words;
mod synonyms;
mod tongue;
mod vectors;

use std::collections::HashSet;

use uuid::Uuid;

pub use index::Index;
pub use search::Hit;
pub use switchboard_inbox::text::normalise;
pub use vectors::{Vectors, quantised};

/// Whether a text has words that can be looked for: a greeting has none.
pub(crate) fn asks_something(text: &str) -> bool {
    !analysis::Analyser::default().units(text).is_empty()
}

/// What a text is about: for each word or phrase that says something, the terms under which another may say the same.
pub(crate) fn meanings(text: &str) -> Vec<HashSet<String>> {
    let units = analysis::Analyser::default().units(text);
    let terms = |unit: analysis::Unit| unit.keys.into_iter().filter(|key| key.share >= analysis::SYNONYM);
    units.into_iter().map(|unit| terms(unit).map(|key| key.term).collect()).collect()
}

/// One piece of knowledge, small enough to be quoted whole to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub id: Uuid,
    /// The question that `text` answers; `None` for a passage of running text.
    pub question: Option<String>,
    pub text: String,
}

impl Passage {
    /// As a model of embeddings reads it.
    pub fn in_full(&self) -> String {
        match &self.question {
            Some(question) => format!("{question}\n{}", self.text),
            None => self.text.clone(),
        }
    }
}
