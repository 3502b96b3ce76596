//! Searching the index.

use super::Passage;
use super::analysis::{Analyser, Unit};
use super::index::{Index, Posting, TermId, count};
use super::tongue::Tongue;

/// The least a word weighs in a confidence, beside the rarest word's 1: a word in every passage still says something,
/// above all where there are few passages.
const COMMON_WORD: f32 = 0.4;

/// What a message asks, it asks in this many words; a pasted page must not keep the search busy.
const MOST_UNITS: usize = 64;

/// How much more a passage in the language of the query scores than the same in another.
const SAME_TONGUE: f32 = 1.2;

/// A passage that was found.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    pub passage: &'a Passage,
    /// BM25, or what becomes of both ways of searching. Comparable within one search only.
    pub score: f32,
    /// The share of the query's informative weight that the passage covers, from 0 to 1. Comparable across searches.
    pub confidence: f32,
}

/// A query, prepared against an index.
pub(super) struct Query {
    pub(super) units: Vec<QueryUnit>,
    pub(super) tongue: Tongue,
}

/// One thing the customer said.
pub(super) struct QueryUnit {
    /// The index terms that meet it, each with the share of the unit it stands for.
    pub(super) terms: Vec<(TermId, f32)>,
    /// How informative it is: from `COMMON_WORD` to 1.
    pub(super) weight: f32,
}

impl Query {
    pub(super) fn of(text: &str, index: &Index) -> Self {
        let units =
            Analyser::default().units(text).iter().take(MOST_UNITS).map(|unit| QueryUnit::of(unit, index)).collect();
        Self { units, tongue: Tongue::of(text) }
    }

    pub(super) fn weight(&self) -> f32 {
        self.units.iter().map(|unit| unit.weight).sum()
    }
}

impl QueryUnit {
    fn of(unit: &Unit, index: &Index) -> Self {
        let known = unit.keys.iter().filter_map(|key| Some((*index.terms.get(&key.term)?, key.share)));
        let mut terms: Vec<(TermId, f32)> = known.collect();
        if terms.is_empty() {
            terms = unit.keys.first().map(|key| index.similar.to(&key.term)).unwrap_or_default();
        }
        let weight = index.weight_of(terms.iter().map(|(id, _)| *id));
        Self { terms, weight }
    }
}

/// A passage found, by position.
pub(super) struct Found {
    pub(super) passage: usize,
    pub(super) score: f32,
    pub(super) confidence: f32,
}

impl Index {
    /// The passages nearest to what a customer wrote, best first, at most `limit`. Messages of a burst are searched one
    /// by one: together they would dilute each other.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        self.find(&Query::of(query, self), limit).iter().map(|found| self.hit(found)).collect()
    }

    pub(super) fn hit(&self, found: &Found) -> Hit<'_> {
        Hit { passage: &self.passages[found.passage], score: found.score, confidence: found.confidence }
    }

    pub(super) fn find(&self, query: &Query, limit: usize) -> Vec<Found> {
        let total = query.weight();
        let mut sums = Sums::new(self.len());
        for unit in &query.units {
            for (id, share) in &unit.terms {
                sums.meet(&self.postings[*id as usize], share * self.rarity(*id), share * unit.weight);
            }
            sums.close_unit();
        }
        let mut found: Vec<Found> = sums.into_found(total);
        for found in found.iter_mut().filter(|found| self.tongues[found.passage] == query.tongue) {
            found.score *= SAME_TONGUE;
        }
        let best_first = |a: &Found, b: &Found| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage));
        if limit < found.len() {
            found.select_nth_unstable_by(limit, best_first);
            found.truncate(limit);
        }
        found.sort_by(best_first);
        found
    }

    /// The weight, in a confidence, of a unit met by these terms: full for the unknown and the rare.
    pub(super) fn weight_of(&self, terms: impl Iterator<Item = TermId>) -> f32 {
        let rarest = self.rarity_of(0);
        let rarity = terms.map(|id| self.rarity(id)).reduce(f32::min).unwrap_or(rarest);
        COMMON_WORD + (1.0 - COMMON_WORD) * rarity / rarest
    }

    fn rarity(&self, id: TermId) -> f32 {
        self.rarity_of(self.postings[id as usize].len())
    }

    /// Inverse document frequency, positive for every term (Lucene's form of BM25).
    fn rarity_of(&self, passages_with_term: usize) -> f32 {
        let with = count(passages_with_term);
        (1.0 + (count(self.len()) - with + 0.5) / (with + 0.5)).ln()
    }
}

/// What the units of a query add up to, passage by passage. A unit counts once per passage, by its best term: a stem
/// and its synonym in the same passage say the same thing twice.
struct Sums {
    score: Vec<f32>,
    cover: Vec<f32>,
    unit: Vec<(f32, f32)>,
    touched: Vec<u32>,
}

impl Sums {
    fn new(passages: usize) -> Self {
        Self {
            score: vec![0.0; passages],
            cover: vec![0.0; passages],
            unit: vec![(0.0, 0.0); passages],
            touched: Vec::new(),
        }
    }

    fn meet(&mut self, postings: &[Posting], factor: f32, cover: f32) {
        for posting in postings {
            let best = &mut self.unit[posting.passage as usize];
            if best.1 == 0.0 {
                self.touched.push(posting.passage);
            }
            *best = (best.0.max(factor * posting.weight), best.1.max(cover));
        }
    }

    fn close_unit(&mut self) {
        for passage in self.touched.drain(..) {
            let (score, cover) = std::mem::take(&mut self.unit[passage as usize]);
            self.score[passage as usize] += score;
            self.cover[passage as usize] += cover;
        }
    }

    fn into_found(self, total: f32) -> Vec<Found> {
        let both = self.score.into_iter().zip(self.cover).enumerate();
        both.filter(|(_, (score, _))| *score > 0.0)
            .map(|(passage, (score, cover))| Found { passage, score, confidence: (cover / total).min(1.0) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{Index, Passage};

    fn passage(number: u128, question: Option<&str>, text: &str) -> Passage {
        Passage { id: Uuid::from_u128(number), question: question.map(str::to_owned), text: text.to_owned() }
    }

    fn bakery() -> Index {
        Index::build(vec![
            passage(1, Some("Sipariş takibi nasıl yapılır?"), "Size gönderdiğimiz bağlantıdan takip edebilirsiniz."),
            passage(2, Some("Açık mısınız?"), "Her gün 07.00 ile 20.00 arası."),
            passage(3, None, "Our sourdough bread rests for 24 hours before it is baked."),
        ])
    }

    fn first(index: &Index, query: &str) -> Option<u128> {
        index.search(query, 1).first().map(|hit| hit.passage.id.as_u128())
    }

    #[test]
    fn what_says_the_same_word_for_word_takes_one_place() {
        let story = "Our sourdough bread rests for 24 hours.";
        let index =
            Index::build(vec![passage(1, None, story), passage(2, None, story), passage(3, Some("Bread?"), story)]);
        let found: Vec<_> = index.search("sourdough bread", 3).iter().map(|hit| hit.passage.id.as_u128()).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.contains(&1) && found.contains(&3), "{found:?}");
    }

    #[test]
    fn where_are_my_orders_finds_order_tracking() {
        assert_eq!(first(&bakery(), "siparişlerim nerede"), Some(1));
    }

    #[test]
    fn turkish_without_its_letters_finds_turkish() {
        assert_eq!(first(&bakery(), "acik misiniz"), Some(2));
    }

    #[test]
    fn running_text_is_found_in_spite_of_a_typo() {
        assert_eq!(first(&bakery(), "sourdouhg"), Some(3));
    }

    #[test]
    fn a_query_of_courtesies_and_an_empty_index_find_nothing() {
        assert!(bakery().search("hello, please", 5).is_empty());
        assert!(Index::build(Vec::new()).search("bread", 5).is_empty());
    }

    #[test]
    fn a_word_nobody_knows_lowers_the_confidence() {
        let index = bakery();
        let sure = index.search("sourdough bread", 1)[0].confidence;
        let unsure = index.search("sourdough bread helicopter", 1)[0].confidence;
        assert!(sure > 0.99 && unsure < 0.75, "{sure} {unsure}");
    }

    #[test]
    fn a_word_behind_an_elision_is_found() {
        let index = Index::build(vec![
            passage(1, Some("Quelle est l’adresse de la boutique ?"), "Au 5, rue de Rivoli."),
            passage(2, Some("Come seguo l'andamento dell'ordine?"), "Con il link che ti mandiamo."),
        ]);
        assert_eq!(first(&index, "adresse"), Some(1));
        assert_eq!(first(&index, "votre adresse"), Some(1));
        assert_eq!(first(&index, "ordine"), Some(2));
        assert_eq!(first(&index, "l'ordine"), Some(2));
    }

    #[test]
    fn the_limit_keeps_the_best() {
        let index = bakery();
        let all: Vec<_> = index.search("sipariş açık bread", 10).iter().map(|hit| hit.passage.id).collect();
        let two: Vec<_> = index.search("sipariş açık bread", 2).iter().map(|hit| hit.passage.id).collect();
        assert_eq!(all.len(), 3);
        assert_eq!(two, all[..2]);
        assert!(index.search("bread", 0).is_empty());
    }

    #[test]
    fn an_index_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&bakery());
    }

    proptest! {
        #[test]
        fn no_text_makes_a_search_panic(texts in prop::collection::vec((any::<Option<String>>(), any::<String>()), 0..5), query in any::<String>()) {
            let passages = texts.iter().zip(1..).map(|((question, text), n)| passage(n, question.as_deref(), text)).collect();
            let index = Index::build(passages);
            index.best_answer(&query);
            for hit in index.search(&query, 3) {
                prop_assert!((0.0..=1.0).contains(&hit.confidence) && hit.score.is_finite());
            }
        }

        #[test]
        fn a_passage_is_found_by_its_own_words(word in "[a-zA-ZçğıöşüÇĞİÖŞÜء-ي]{5,12}") {
            let index = Index::build(vec![passage(1, None, &word), passage(2, None, "something else")]);
            prop_assume!(!super::Analyser::default().units(&word).is_empty());
            prop_assert_eq!(first(&index, &word), Some(1));
        }
    }
}
