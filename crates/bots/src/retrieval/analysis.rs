//! From a text to the units it is made of.

use std::collections::HashMap;
use std::rc::Rc;

use super::{normalise, stem, stop_words, synonyms};

/// Another word for the same matter counts a little less than the word itself.
pub(super) const SYNONYM: f32 = 0.85;
/// A word out of the middle of a phrase ("order" of "where is my order") counts for half of what the phrase says.
const WORD_OF_PHRASE: f32 = 0.5;
/// What French and Italian write before a vowel.
const ELIDED: [&str; 21] = [
    "c", "d", "j", "l", "m", "n", "s", "t", "v", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "un", "all", "dall",
    "dell", "nell", "quell", "sull",
];

/// What one word or phrase stands for.
pub(super) struct Unit {
    /// The index terms under which it is found.
    pub(super) keys: Vec<Key>,
}

pub(super) struct Key {
    pub(super) term: String,
    /// How much of the unit is met by this term, from 0 to 1.
    pub(super) share: f32,
}

/// Turns texts into units. Remembers words, which come up again and again: keep one for the texts of an index.
#[derive(Default)]
pub(super) struct Analyser {
    words: HashMap<String, Rc<Word>>,
}

/// What a normalised word is by itself.
pub(super) struct Word {
    stems: Vec<String>,
    /// The most stripped forms, in both ways the word may be read.
    pub(super) roots: [String; 2],
    says_nothing: bool,
}

impl Analyser {
    /// The units of a text in order, without stop words.
    pub(super) fn units(&mut self, text: &str) -> Vec<Unit> {
        let words: Vec<Rc<Word>> = words(&normalise(text)).map(|word| self.word(word)).collect();
        let mut units = Vec::new();
        let mut rest = words.as_slice();
        while let Some(word) = rest.first() {
            let concept = synonyms::concept_at(rest);
            let taken = concept.as_ref().map_or(1, |found| found.words);
            match concept {
                Some(found) if taken > 1 => units.push(phrase(found.term, &rest[..taken])),
                Some(found) => units.push(single(word, Some(found.term))),
                None if word.says_nothing => {}
                None => units.push(single(word, None)),
            }
            rest = &rest[taken..];
        }
        units
    }

    fn word(&mut self, word: &str) -> Rc<Word> {
        if let Some(known) = self.words.get(word) {
            return Rc::clone(known);
        }
        let new = Rc::new(Word::of(word));
        self.words.insert(word.to_owned(), Rc::clone(&new));
        new
    }
}

impl Word {
    pub(super) fn of(word: &str) -> Self {
        Self { stems: stem::stems(word), roots: stem::roots(word), says_nothing: stop_words::is_stop_word(word) }
    }
}

fn single(word: &Word, concept: Option<&str>) -> Unit {
    let stems = word.stems.iter().map(|term| Key { term: term.clone(), share: 1.0 });
    Unit { keys: stems.chain(concept.map(|term| Key { term: term.to_owned(), share: SYNONYM })).collect() }
}

fn phrase(concept: &str, words: &[Rc<Word>]) -> Unit {
    let informative = words.iter().filter(|word| !word.says_nothing);
    let stems = informative.flat_map(|word| &word.stems).map(|term| Key { term: term.clone(), share: WORD_OF_PHRASE });
    Unit { keys: std::iter::once(Key { term: concept.to_owned(), share: 1.0 }).chain(stems).collect() }
}

/// The words of a normalised text. What follows an apostrophe is grammar: "what's", "Ankara'ya"; but in "l'adresse" what is
/// before it.
fn words(normalised: &str) -> impl Iterator<Item = &str> {
    let pieces = normalised.split(|c: char| !c.is_alphanumeric() && c != '\'');
    pieces.map(|piece| bare(piece.trim_matches('\''))).filter(|word| !word.is_empty())
}

fn bare(mut word: &str) -> &str {
    while let Some((before, behind)) = word.split_once('\'') {
        if !is_elided(before, behind) {
            return before;
        }
        word = behind;
    }
    word
}

/// Whether a word of French or Italian has lost its last vowel to the next. In Turkish, the name of a letter ends with a vowel,
/// so that no ending begins with one ("L'si", "M'den"), and the endings of a name ("Dell'in") are short.
fn is_elided(before: &str, behind: &str) -> bool {
    ELIDED.contains(&before)
        && behind.starts_with(['a', 'e', 'h', 'i', 'o', 'u'])
        && (before.len() == 1 || behind.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::{Analyser, Unit, words};

    fn units(text: &str) -> Vec<Unit> {
        Analyser::default().units(text)
    }

    fn terms(text: &str) -> Vec<Vec<String>> {
        units(text).into_iter().map(|unit| unit.keys.into_iter().map(|key| key.term).collect()).collect()
    }

    #[test]
    fn what_follows_an_apostrophe_is_left_out() {
        assert_eq!(words("what's in ankara'ya 'quoted'").collect::<Vec<_>>(), ["what", "in", "ankara", "quoted"]);
        assert_eq!(words("l'si m'den dell'in o'clock").collect::<Vec<_>>(), ["l", "m", "dell", "o"]);
    }

    #[test]
    fn what_comes_before_an_elision_is_left_out() {
        let said = "l'adresse dell'ordine qu'est-ce jusqu'aujourd'hui d'or l'";
        let heard = ["adresse", "ordine", "est", "ce", "aujourd", "or", "l"];
        assert_eq!(words(said).collect::<Vec<_>>(), heard);
    }

    #[test]
    fn courtesies_say_nothing() {
        assert!(units("Hello, can you tell me please?").is_empty());
        assert!(units("Merhaba, acaba var mı?").is_empty());
        assert!(units("السلام عليكم لو سمحت هل").is_empty());
    }

    #[test]
    fn a_phrase_is_one_unit() {
        assert_eq!(terms("how much"), [["=price"]]);
    }

    #[test]
    fn both_stems_of_a_latin_word_and_its_concept_are_keys() {
        assert_eq!(terms("prices"), [vec!["pric".to_owned(), "prices".to_owned(), "=price".to_owned()]]);
    }
}
