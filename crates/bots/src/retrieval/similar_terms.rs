//! Slips of the pen: the known terms most like an unknown one.

use std::collections::{HashMap, HashSet};

use super::index::{TermId, count};

/// Dice coefficient of trigrams from which two terms count as the same word misspelt.
const ALIKE: f32 = 0.6;
/// Below this Dice coefficient edits are not even counted.
const CANDIDATE: f32 = 0.3;
/// A misspelt word never counts for as much as one spelled right.
const DISCOUNT: f32 = 0.9;
/// Shorter words have too many neighbours.
const SHORTEST: usize = 4;
/// One edit is forgiven from this length on ("cake" is not "cafe"), two from `TWO_EDITS`.
const ONE_EDIT: usize = 5;
const TWO_EDITS: usize = 8;
const MOST: usize = 3;

type Trigram = [char; 3];

#[derive(Debug)]
pub(super) struct SimilarTerms {
    words: Vec<Word>,
    /// Positions in `words`.
    by_trigram: HashMap<Trigram, Vec<usize>>,
}

#[derive(Debug)]
struct Word {
    letters: Box<[char]>,
    trigrams: usize,
    term: TermId,
}

impl SimilarTerms {
    /// From words that may be misspelt, each with the term it stands for.
    pub(super) fn of<'a>(words: impl Iterator<Item = (&'a str, TermId)>) -> Self {
        let mut similar = Self { words: Vec::new(), by_trigram: HashMap::new() };
        for (word, term) in words.filter(|(word, _)| is_word(word)) {
            let letters: Box<[char]> = word.chars().collect();
            let trigrams = trigrams(&letters);
            for trigram in &trigrams {
                similar.by_trigram.entry(*trigram).or_default().push(similar.words.len());
            }
            similar.words.push(Word { letters, trigrams: trigrams.len(), term });
        }
        similar
    }

    /// The known terms most like `term`, best first, each with the share of the word it stands for, from 0 to 1.
    pub(super) fn to(&self, term: &str) -> Vec<(TermId, f32)> {
        if !is_word(term) {
            return Vec::new();
        }
        let letters: Vec<char> = term.chars().collect();
        let trigrams = trigrams(&letters);
        // By word, counted in a plain vector: with a large vocabulary most of a search is spent here.
        let mut shared = vec![0_usize; self.words.len()];
        for word in trigrams.iter().filter_map(|trigram| self.by_trigram.get(trigram)).flatten() {
            shared[*word] += 1;
        }
        let words = self.words.iter().zip(shared).filter(|(_, shared)| *shared > 0);
        let mut alike: Vec<(TermId, f32)> = words
            .filter_map(|(word, shared)| {
                let dice = 2.0 * count(shared) / count(trigrams.len() + word.trigrams);
                Some((word.term, DISCOUNT * likeness(&letters, &word.letters, dice)?))
            })
            .collect();
        alike.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        alike.truncate(MOST);
        alike
    }
}

/// How alike two words are, from 0 to 1; `None` when they are different words.
fn likeness(one: &[char], other: &[char], dice: f32) -> Option<f32> {
    if dice < CANDIDATE {
        return None;
    }
    let allowed = match one.len().min(other.len()) {
        TWO_EDITS.. => 2,
        ONE_EDIT.. => 1,
        _ => 0,
    };
    // The difference in length alone takes that many edits.
    let edits = (one.len().abs_diff(other.len()) <= allowed && allowed > 0).then(|| edits(one, other));
    let by_edits =
        edits.filter(|edits| *edits <= allowed).map(|edits| 1.0 - count(edits) / count(one.len().max(other.len())));
    let by_trigrams = (dice >= ALIKE).then_some(dice);
    by_edits.into_iter().chain(by_trigrams).reduce(f32::max)
}

/// A word of letters alone: a wrong digit is another number, not a misspelling.
fn is_word(term: &str) -> bool {
    term.chars().count() >= SHORTEST && term.chars().all(char::is_alphabetic)
}

/// Every three letters in a row, with a blank before the word and after it: its ends count too.
fn trigrams(letters: &[char]) -> HashSet<Trigram> {
    let padded: Vec<char> = std::iter::once(' ').chain(letters.iter().copied()).chain([' ']).collect();
    padded.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}

/// Letters added, dropped, changed, or swapped with their neighbour (optimal string alignment).
fn edits(one: &[char], other: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = last[j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut fewest = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                fewest = fewest.min(before_last[j - 2] + 1);
            }
            row.push(fewest);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::SimilarTerms;

    fn nearest(word: &str) -> Option<&'static str> {
        let known = ["birthday", "croissant", "delivery", "cake", "bread", "siparis", "توصيل", "2026", "=delivery"];
        SimilarTerms::of(known.into_iter().zip(0..)).to(word).first().map(|(id, _)| known[*id as usize])
    }

    #[rstest]
    #[case("brithday", "birthday")]
    #[case("croisant", "croissant")]
    #[case("delivry", "delivery")]
    #[case("siprais", "siparis")]
    #[case("توصبل", "توصيل")]
    fn a_slip_of_the_pen_finds_the_word(#[case] slip: &str, #[case] word: &str) {
        assert_eq!(nearest(slip), Some(word));
    }

    #[rstest]
    #[case("cafe")]
    #[case("pizza")]
    #[case("2025")]
    #[case("bre")]
    fn another_word_finds_nothing(#[case] word: &str) {
        assert_eq!(nearest(word), None);
    }
}
