//! The inverted index: for every term, the passages that hold it and how strongly.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use switchboard_store::Millis;

use super::Passage;
use super::analysis::{Analyser, Unit};
use super::similar_terms::SimilarTerms;
use super::synonyms;
use super::tongue::Tongue;
use super::vectors::Vectors;

/// How fast a repeated word stops adding to a passage's score, and how much a long passage is held back (BM25).
const K1: f32 = 1.2;
const B: f32 = 0.6;
/// A word of the question says more about what a passage answers than a word of the answer.
const QUESTION_BOOST: f32 = 2.5;

pub(super) type TermId = u32;

/// The searchable knowledge of one bot. Built once, then only read: share it in an `Arc`.
#[derive(Debug)]
pub struct Index {
    pub(super) passages: Vec<Passage>,
    /// By passage.
    pub(super) tongues: Vec<Tongue>,
    pub(super) terms: HashMap<String, TermId>,
    /// By term id.
    pub(super) postings: Vec<Vec<Posting>>,
    /// By passage: the terms of each unit of its question. Empty for running text.
    pub(super) questions: Vec<Vec<Vec<TermId>>>,
    pub(super) similar: SimilarTerms,
    /// Without its vectors.
    bytes: usize,
    /// Of the passages, once they are there.
    vectors: RwLock<Option<Arc<Vectors>>>,
    /// For its vectors.
    next_look: Mutex<Millis>,
}

#[derive(Debug)]
pub(super) struct Posting {
    /// Position in `passages`.
    pub(super) passage: u32,
    /// BM25 without the inverse document frequency.
    pub(super) weight: f32,
}

/// What says the same word for word is found once, as the first that says it: the same page at two addresses would fill the
/// places of others.
fn distinct(mut passages: Vec<Passage>) -> Vec<Passage> {
    let mut seen = HashSet::new();
    let is_new: Vec<bool> =
        passages.iter().map(|passage| seen.insert((passage.question.as_deref(), passage.text.as_str()))).collect();
    let mut is_new = is_new.into_iter();
    passages.retain(|_| is_new.next().unwrap_or(true));
    passages
}

impl Index {
    /// Reads all passages; the order of `passages` breaks ties in later searches.
    ///
    /// # Panics
    /// With more than `u32::MAX` passages or different terms, far beyond what fits in memory.
    pub fn build(passages: Vec<Passage>) -> Self {
        let passages = distinct(passages);
        let mut analyser = Analyser::default();
        let fields: Vec<Fields> = passages.iter().map(|passage| Fields::of(passage, &mut analyser)).collect();
        let mut builder = Builder { average: Fields::average_lengths(&fields), ..Builder::default() };
        for passage in &fields {
            builder.add(passage);
        }
        let Builder { terms, postings, questions, .. } = builder;
        let known = terms.iter().map(|(term, id)| (term.as_str(), *id));
        let synonyms = synonyms::single_words().filter_map(|(word, concept)| Some((word, *terms.get(concept)?)));
        let similar = SimilarTerms::of(known.chain(synonyms));
        let tongues = passages.iter().map(Tongue::of_passage).collect();
        let bytes = bytes_of(&passages, &terms, &postings, &questions);
        let (vectors, next_look) = (RwLock::default(), Mutex::new(Millis(0)));
        Self { passages, tongues, terms, postings, questions, similar, bytes, vectors, next_look }
    }

    /// What it takes of memory, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes + self.vectors().map_or(0, |vectors| vectors.bytes())
    }

    /// How many passages can be found.
    pub fn len(&self) -> usize {
        self.passages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    /// In the order of the index.
    pub(crate) fn passages(&self) -> &[Passage] {
        &self.passages
    }

    pub(super) fn vectors(&self) -> Option<Arc<Vectors>> {
        self.vectors.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn has_vectors_of(&self, model: &str) -> bool {
        self.vectors().is_some_and(|vectors| vectors.model() == model)
    }

    /// From now on it is searched by meaning, too. There must be one vector for each passage.
    pub fn take_vectors(&self, vectors: Arc<Vectors>) {
        *self.vectors.write().unwrap_or_else(PoisonError::into_inner) = Some(vectors);
    }

    /// Whether the caller is to look for its vectors: nobody has before `now`, or not since long. The next looks at `again`.
    pub(crate) fn looks_for_vectors(&self, now: Millis, again: Millis) -> bool {
        let mut next = self.next_look.lock().unwrap_or_else(PoisonError::into_inner);
        let looks = *next <= now;
        if looks {
            *next = again;
        }
        looks
    }
}

fn bytes_of(
    passages: &[Passage],
    terms: &HashMap<String, TermId>,
    postings: &[Vec<Posting>],
    questions: &[Vec<Vec<TermId>>],
) -> usize {
    let passage = |it: &Passage| size_of::<Passage>() + it.text.len() + it.question.as_ref().map_or(0, String::len);
    // Each term is here, and among those that are similar to others.
    let term = |it: &String| 2 * (size_of::<(String, TermId)>() + it.len());
    let posting = |it: &Vec<Posting>| size_of_val(it) + size_of_val(it.as_slice());
    let unit = |it: &Vec<TermId>| size_of_val(it) + size_of_val(it.as_slice());
    passages.iter().map(passage).sum::<usize>()
        + terms.keys().map(term).sum::<usize>()
        + postings.iter().map(posting).sum::<usize>()
        + questions.iter().flatten().map(unit).sum::<usize>()
}

/// One passage, analysed.
struct Fields {
    question: Vec<Unit>,
    text: Vec<Unit>,
}

impl Fields {
    fn of(passage: &Passage, analyser: &mut Analyser) -> Self {
        Self {
            question: passage.question.as_deref().map(|question| analyser.units(question)).unwrap_or_default(),
            text: analyser.units(&passage.text),
        }
    }

    /// Of questions and of texts, in units, at least one.
    fn average_lengths(all: &[Self]) -> (f32, f32) {
        let average = |total: usize| (count(total) / count(all.len().max(1))).max(1.0);
        (
            average(all.iter().map(|fields| fields.question.len()).sum()),
            average(all.iter().map(|fields| fields.text.len()).sum()),
        )
    }
}

#[derive(Default)]
struct Builder {
    average: (f32, f32),
    terms: HashMap<String, TermId>,
    postings: Vec<Vec<Posting>>,
    questions: Vec<Vec<Vec<TermId>>>,
}

impl Builder {
    fn add(&mut self, fields: &Fields) {
        let passage = u32::try_from(self.questions.len()).expect("fewer than 2^32 passages");
        let question: Vec<Vec<TermId>> = fields.question.iter().map(|unit| self.ids(unit)).collect();
        let text: Vec<Vec<TermId>> = fields.text.iter().map(|unit| self.ids(unit)).collect();
        // In the order of term ids, so that an index is the same each time it is built.
        let mut frequencies: BTreeMap<TermId, f32> = BTreeMap::new();
        for (units, boost, average) in [(&question, QUESTION_BOOST, self.average.0), (&text, 1.0, self.average.1)] {
            let one = boost / (1.0 - B + B * count(units.len()) / average);
            for id in units.iter().flatten() {
                *frequencies.entry(*id).or_default() += one;
            }
        }
        for (id, frequency) in frequencies {
            let weight = frequency * (K1 + 1.0) / (frequency + K1);
            self.postings[id as usize].push(Posting { passage, weight });
        }
        self.questions.push(question);
    }

    fn ids(&mut self, unit: &Unit) -> Vec<TermId> {
        unit.keys.iter().map(|key| self.id(&key.term)).collect()
    }

    fn id(&mut self, term: &str) -> TermId {
        if let Some(id) = self.terms.get(term) {
            return *id;
        }
        let id = TermId::try_from(self.postings.len()).expect("fewer than 2^32 terms");
        self.terms.insert(term.to_owned(), id);
        self.postings.push(Vec::new());
        id
    }
}

/// Counts here stay far below 2^24, where `f32` stops being exact; beyond, a score would be off by a millionth.
#[expect(clippy::cast_precision_loss, reason = "a score needs no more than f32 gives")]
pub(super) fn count(n: usize) -> f32 {
    n as f32
}
