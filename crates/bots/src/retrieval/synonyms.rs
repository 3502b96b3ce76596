//! Different words for the same matter meet at a concept. The word list is `synonyms.txt`.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use super::analysis::Word;
use super::normalise;

static CONCEPTS: LazyLock<Concepts> = LazyLock::new(|| Concepts::parse(include_str!("synonyms.txt")));

/// A concept found in a text.
pub(super) struct Found {
    /// The concept as an index term. It cannot be typed: no word of a text holds its first character.
    pub(super) term: &'static str,
    /// How many words it took.
    pub(super) words: usize,
}

/// The concept at the start of these words; the longest phrase wins.
pub(super) fn concept_at(words: &[Rc<Word>]) -> Option<Found> {
    let concepts = &*CONCEPTS;
    let longest = words.first()?.roots.iter().filter_map(|root| concepts.longest_from.get(root)).max()?;
    (1..=words.len().min(*longest)).rev().find_map(|count| {
        let term = [0, 1].into_iter().find_map(|reading| concepts.by_phrase.get(&joined(&words[..count], reading)))?;
        Some(Found { term, words: count })
    })
}

/// The single words of the list, and the concept of each: what a slip of the pen may stand for.
pub(super) fn single_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    CONCEPTS.single_words.iter().map(|(word, concept)| (word.as_str(), concept.as_str()))
}

/// The roots of words in one of the two ways they may be read: the form in which phrases are compared.
fn joined(words: &[Rc<Word>], reading: usize) -> String {
    let roots: Vec<&str> = words.iter().map(|word| word.roots[reading].as_str()).collect();
    roots.join(" ")
}

struct Concepts {
    by_phrase: HashMap<String, String>,
    /// By the root of a first word: how many words the longest phrase that begins with it has.
    longest_from: HashMap<String, usize>,
    single_words: Vec<(String, String)>,
}

impl Concepts {
    fn parse(list: &str) -> Self {
        let mut concepts = Self { by_phrase: HashMap::new(), longest_from: HashMap::new(), single_words: Vec::new() };
        let entries = list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
        for (concept, phrases) in entries {
            for phrase in phrases.split(',').map(normalise) {
                concepts.add(&format!("={concept}"), &phrase);
            }
        }
        concepts
    }

    fn add(&mut self, concept: &str, phrase: &str) {
        let words = words_of(phrase);
        for reading in [0, 1] {
            let longest = self.longest_from.entry(words[0].roots[reading].clone()).or_default();
            *longest = words.len().max(*longest);
            self.by_phrase.insert(joined(&words, reading), concept.to_owned());
        }
        if words.len() == 1 {
            self.single_words.push((phrase.to_owned(), concept.to_owned()));
        }
    }
}

/// At least one word: splitting always yields a piece.
fn words_of(normalised: &str) -> Vec<Rc<Word>> {
    normalised.split(' ').map(|word| Rc::new(Word::of(word))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rstest::rstest;

    use super::{concept_at, joined, words_of};
    use crate::retrieval::normalise;

    fn concept(text: &str) -> Option<(String, usize)> {
        concept_at(&words_of(&normalise(text))).map(|found| (found.term.to_owned(), found.words))
    }

    #[rstest]
    #[case("how much is it", "=price", 2)]
    #[case("kaç para", "=price", 2)]
    #[case("بكم", "=price", 1)]
    #[case("ne kadar sürer", "=duration", 3)]
    #[case("siparişlerim nerede kaldı", "=tracking", 3)]
    #[case("adresinizi", "=place", 1)]
    #[case("والتوصيل", "=delivery", 1)]
    fn words_for_the_same_matter_meet(#[case] text: &str, #[case] term: &str, #[case] words: usize) {
        assert_eq!(concept(text), Some((term.to_owned(), words)));
    }

    #[test]
    fn other_words_have_no_concept() {
        assert_eq!(concept("croissant"), None);
    }

    #[test]
    fn no_phrase_of_the_list_belongs_to_two_concepts() {
        let mut owners: HashMap<String, &str> = HashMap::new();
        for (concept, phrases) in include_str!("synonyms.txt").lines().filter_map(|line| line.split_once(": ")) {
            for phrase in phrases.split(',').filter(|_| !concept.starts_with('#')) {
                let words = words_of(&normalise(phrase));
                for reading in [0, 1] {
                    let owner = *owners.entry(joined(&words, reading)).or_insert(concept);
                    assert_eq!(owner, concept, "{phrase}");
                }
            }
        }
    }
}
