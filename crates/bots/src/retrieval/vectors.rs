//! Finding passages by what they mean. Exact: every passage of a bot is compared, which for 20,000 of them takes a few
//! milliseconds, since their vectors are kept as bytes.

use super::index::{Index, count};
use super::search::{Found, Hit, Query};

/// Passages that each way of searching brings to the other, for each that is wanted.
const CANDIDATES: usize = 2;
/// How fast a place in a list loses worth (reciprocal rank fusion, Cormack et al. 2009).
const RANKS: f32 = 60.0;
/// How much more a place by words is worth: where the two disagree on what comes first, words decide.
const WORDS: f32 = 1.5;
/// What texts that have nothing to do with each other have in common by many models' word, and as how many pairs of
/// passages it counts: a bot with few passages tells little of what is usual.
const USUAL: f32 = 0.2;
const USUAL_COUNTS: f32 = 3.0;
/// Passages that are compared with each other to learn what is usual.
const COMPARED: usize = 64;
/// How much of the way from what is usual to being the same is enough to be sure, turned over. Measured with two models that
/// differ widely in what they call alike: see `tests/evaluation`.
const SURE: f32 = 1.5;
/// What is found by its meaning alone must be at least so sure, or it would always be found.
const LEAST: f32 = 0.35;

/// The vectors of an index's passages, by position.
#[derive(Debug, PartialEq)]
pub struct Vectors {
    /// The model that made them: vectors of another cannot be compared with them.
    model: String,
    length: usize,
    values: Vec<i8>,
    /// Of each.
    norms: Vec<f32>,
    /// How near passages are to each other, on average: what models call alike differs widely.
    usual: f32,
}

/// A vector in bytes; its length in space is of no matter, only where it points to.
pub fn quantised(vector: &[f32]) -> Vec<i8> {
    let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    if largest == 0.0 {
        return vec![0; vector.len()];
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 127, by the division")]
    let quantised = |value: &f32| (value / largest * 127.0).round() as i8;
    vector.iter().map(quantised).collect()
}

impl Vectors {
    /// `None`: they are not of one length, or there are none.
    pub fn new(model: String, vectors: &[Vec<i8>]) -> Option<Self> {
        let length = vectors.first().map(Vec::len).filter(|length| *length > 0)?;
        if vectors.iter().any(|vector| vector.len() != length) {
            return None;
        }
        let norms: Vec<f32> = vectors.iter().map(|vector| norm(vector)).collect();
        let usual = usual(vectors, &norms);
        Some(Self { model, length, values: vectors.concat(), norms, usual })
    }

    /// What they take of memory.
    pub(super) fn bytes(&self) -> usize {
        self.values.len() + size_of_val(self.norms.as_slice())
    }

    pub fn model(&self) -> &str {
        &self.model
    }

    /// How near each passage is to a vector, from -1 to 1; `None`: the vector is of another length.
    fn cosines(&self, vector: &[f32]) -> Option<Vec<f32>> {
        let (vector, length) = (quantised(vector), self.length);
        if vector.len() != length {
            return None;
        }
        let own = norm(&vector);
        let passages = self.values.chunks_exact(length).zip(&self.norms);
        Some(passages.map(|(passage, norm)| cosine((&vector, own), (passage, *norm))).collect())
    }
}

fn norm(vector: &[i8]) -> f32 {
    dot(vector, vector).sqrt()
}

/// At most 127 * 127 for each of some thousand values: far from the end of an `i32`.
#[expect(clippy::cast_precision_loss, reason = "a likeness needs no more than f32 gives")]
fn dot(a: &[i8], b: &[i8]) -> f32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>() as f32
}

/// Of two vectors with their norms.
fn cosine(a: (&[i8], f32), b: (&[i8], f32)) -> f32 {
    let norms = a.1 * b.1;
    if norms > 0.0 { dot(a.0, b.0) / norms } else { 0.0 }
}

/// How near passages are to each other, on average over some that lie evenly among all.
fn usual(vectors: &[Vec<i8>], norms: &[f32]) -> f32 {
    let every = vectors.len().div_ceil(COMPARED).max(1);
    let some: Vec<(&[i8], f32)> =
        vectors.iter().zip(norms).step_by(every).map(|(vector, norm)| (vector.as_slice(), *norm)).collect();
    let pairs = some.iter().enumerate().flat_map(|(at, one)| some[..at].iter().map(|other| cosine(*one, *other)));
    let (sum, counted) =
        pairs.fold((USUAL * USUAL_COUNTS, USUAL_COUNTS), |(sum, counted), near| (sum + near, counted + 1.0));
    sum / counted
}

/// How sure a likeness is, from 0 to 1, by how far it stands out of what is usual.
fn confidence(cosine: f32, usual: f32) -> f32 {
    (SURE * (cosine - usual) / (1.0 - usual).max(f32::EPSILON)).clamp(0.0, 1.0)
}

impl Index {
    /// As [`Index::search`], also by what the query means, if there are vectors of the same model: what either way finds
    /// is put into one order, and what both find comes first.
    pub fn search_by_meaning(&self, query: &str, vector: &[f32], limit: usize) -> Vec<Hit<'_>> {
        let by_words = self.find(&Query::of(query, self), limit * CANDIDATES);
        let by_meaning = self.nearest(vector, &by_words, limit * CANDIDATES);
        let mut fused: Vec<Found> = Vec::new();
        for (worth, list) in [(WORDS, by_words), (1.0, by_meaning)] {
            for (rank, found) in list.into_iter().enumerate() {
                let score = worth / (RANKS + count(rank) + 1.0);
                match fused.iter_mut().find(|other| other.passage == found.passage) {
                    Some(other) => {
                        other.score += score;
                        other.confidence = other.confidence.max(found.confidence);
                    }
                    None => fused.push(Found { score, ..found }),
                }
            }
        }
        fused.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
        fused.truncate(limit);
        fused.iter().map(|found| self.hit(found)).collect()
    }

    /// The passages nearest to a vector, the nearest first, if they are near or were found by their words: of these it is
    /// asked which means the same.
    fn nearest(&self, vector: &[f32], by_words: &[Found], limit: usize) -> Vec<Found> {
        let Some(vectors) = self.vectors() else { return Vec::new() };
        let Some(cosines) = vectors.cosines(vector) else { return Vec::new() };
        let found = cosines.iter().enumerate().map(|(passage, cosine)| Found {
            passage,
            score: *cosine,
            confidence: confidence(*cosine, vectors.usual),
        });
        let is_found =
            |found: &Found| found.confidence >= LEAST || by_words.iter().any(|other| other.passage == found.passage);
        let mut found: Vec<Found> = found.filter(is_found).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
        found.truncate(limit);
        found
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::retrieval::Passage;

    fn passage(number: u128, question: &str) -> Passage {
        Passage { id: Uuid::from_u128(number), question: Some(question.to_owned()), text: "Yes.".to_owned() }
    }

    fn index() -> Index {
        let index = Index::build(vec![
            passage(1, "Is there parking?"),
            passage(2, "Do you bake cakes?"),
            passage(3, "Do you deliver?"),
        ]);
        let vectors = [[1.0, 0.1, 0.0], [0.0, 1.0, 0.1], [0.0, 0.1, 1.0]].map(|vector| quantised(&vector));
        index.take_vectors(Arc::new(Vectors::new("m".to_owned(), &vectors).unwrap()));
        index
    }

    fn ids(hits: &[Hit<'_>]) -> Vec<u128> {
        hits.iter().map(|hit| hit.passage.id.as_u128()).collect()
    }

    #[test]
    fn what_no_word_finds_is_found_by_what_it_means() {
        let index = index();
        assert!(index.search("Where do I leave my car", 3).is_empty());
        let hits = index.search_by_meaning("Where do I leave my car", &[0.9, 0.0, 0.1], 3);
        assert_eq!(ids(&hits), [1]);
        assert!(hits[0].confidence > 0.9, "{}", hits[0].confidence);
    }

    #[test]
    fn what_both_ways_find_comes_first_and_once() {
        let index = index();
        let hits = index.search_by_meaning("delivered", &[0.0, 0.9, 0.6], 3);
        assert_eq!(ids(&hits), [3, 2]);
    }

    #[test]
    fn what_means_nothing_alike_is_not_found() {
        assert!(index().search_by_meaning("zebra", &[-1.0, -1.0, -1.0], 3).is_empty());
    }

    #[test]
    fn a_vector_of_another_length_is_as_none() {
        assert_eq!(ids(&index().search_by_meaning("cakes", &[1.0, 0.0], 3)), [2]);
        assert_eq!(Vectors::new("m".to_owned(), &[vec![1], vec![1, 2]]), None);
        assert_eq!(Vectors::new("m".to_owned(), &[]), None);
    }

    proptest! {
        #[test]
        fn bytes_keep_the_direction(vector in prop::collection::vec(-1.0_f32..1.0, 64)) {
            prop_assume!(vector.iter().any(|value| value.abs() > 0.1));
            let vectors = Vectors::new("m".to_owned(), &[quantised(&vector)]).unwrap();
            prop_assert!(vectors.cosines(&vector).unwrap()[0] > 0.999);
            let opposite: Vec<f32> = vector.iter().map(|value| -value).collect();
            prop_assert!(vectors.cosines(&opposite).unwrap()[0] < -0.999);
        }
    }
}
