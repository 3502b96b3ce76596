//! The answer for a bot without a model: a stored answer, word for word, or none. A wrong answer is worse than none,
//! because none brings a person.

use std::collections::HashSet;

use super::Passage;
use super::index::{Index, TermId};
use super::search::{Found, Query, QueryUnit};

/// What a customer asks must be met to this share by the question of the passage...
const QUERY_MET: f32 = 0.65;
/// ...and the question of the passage to this share by what the customer asks: "bread" alone does not ask whether the
/// bread is baked with nuts. Both are set by the evaluation in `tests/retrieval_evaluation.rs`: lower, and questions
/// that nobody has answered get answers.
const QUESTION_MET: f32 = 0.4;
/// A word met only by the answer's text is met by half: it may stand there in passing.
const MET_BY_TEXT: f32 = 0.5;
/// Passages examined: the right one is practically always among the first.
const CANDIDATES: usize = 8;

/// How well a passage and a query fit each other.
struct Fit {
    passage: usize,
    query_met: f32,
    question_met: f32,
    same_tongue: bool,
}

impl Fit {
    fn total(&self) -> f32 {
        self.query_met + self.question_met
    }
}

impl Index {
    /// The stored answer to this query, if one fits beyond doubt. Only questions with answers qualify. An answer in
    /// another language is given only where the customer's own language has nothing on the matter.
    pub fn best_answer(&self, query: &str) -> Option<&Passage> {
        let query = Query::of(query, self);
        let found = self.find(&query, CANDIDATES);
        let mut fits: Vec<Fit> = found.iter().filter_map(|found| self.fit(&query, found)).collect();
        fits.retain(|fit| fit.query_met >= QUERY_MET);
        if fits.iter().any(|fit| fit.same_tongue) {
            fits.retain(|fit| fit.same_tongue);
        }
        fits.retain(|fit| fit.question_met >= QUESTION_MET);
        let best = fits.into_iter().reduce(|best, next| if next.total() > best.total() { next } else { best });
        best.map(|fit| &self.passages[fit.passage])
    }

    /// `None` for running text, and for a question that says nothing.
    fn fit(&self, query: &Query, found: &Found) -> Option<Fit> {
        let question = &self.questions[found.passage];
        let terms: HashSet<TermId> = question.iter().flatten().copied().collect();
        let by_question = query.units.iter().map(|unit| unit.weight * met(unit, &terms)).sum::<f32>() / query.weight();
        Some(Fit {
            passage: found.passage,
            query_met: by_question + MET_BY_TEXT * (found.confidence - by_question).max(0.0),
            question_met: self.question_met(question, query)?,
            same_tongue: self.tongues[found.passage] == query.tongue,
        })
    }

    /// The share of the question's informative weight that the query meets; `None` for a question that says nothing.
    fn question_met(&self, question: &[Vec<TermId>], query: &Query) -> Option<f32> {
        let (mut met, mut total) = (0.0, 0.0);
        for unit in question {
            let weight = self.weight_of(unit.iter().copied());
            let shares = query.units.iter().flat_map(|asked| &asked.terms).filter(|(id, _)| unit.contains(id));
            met += weight * shares.map(|(_, share)| *share).fold(0.0, f32::max);
            total += weight;
        }
        (total > 0.0).then(|| met / total)
    }
}

/// The share of a unit that these terms meet.
fn met(unit: &QueryUnit, terms: &HashSet<TermId>) -> f32 {
    unit.terms.iter().filter(|(id, _)| terms.contains(id)).map(|(_, share)| *share).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Index, Passage};

    fn index(passages: &[(Option<&str>, &str)]) -> Index {
        let passage = |(question, text): &(Option<&str>, &str)| Passage {
            id: Uuid::nil(),
            question: question.map(str::to_owned),
            text: (*text).to_owned(),
        };
        Index::build(passages.iter().map(passage).collect())
    }

    #[test]
    fn the_question_in_other_words_is_answered() {
        let index =
            index(&[(Some("What are your opening hours?"), "7 to 20."), (Some("Where are you?"), "Rose Street 5.")]);
        assert_eq!(index.best_answer("when do you close").map(|passage| passage.text.as_str()), Some("7 to 20."));
    }

    #[test]
    fn running_text_is_never_an_answer() {
        let index = index(&[(None, "Sourdough bread costs 5 euros.")]);
        assert_eq!(index.best_answer("how much is sourdough bread"), None);
    }

    #[test]
    fn another_question_about_the_same_thing_is_not_answered() {
        let index = index(&[(Some("Is your sourdough bread baked with walnuts or hazelnuts?"), "With walnuts.")]);
        assert_eq!(index.best_answer("bread"), None);
        assert_eq!(index.best_answer("can my dog eat bread"), None);
    }

    #[test]
    fn the_answer_is_in_the_customers_language_where_there_is_one() {
        let english = (Some("What is your address?"), "5 Rose Street.");
        let turkish = (Some("Adresiniz nedir?"), "Gül Sokağı 5.");
        let both = index(&[english, turkish]);
        assert_eq!(
            both.best_answer("adresinizi öğrenebilir miyim").map(|passage| passage.text.as_str()),
            Some(turkish.1)
        );
        assert!(index(&[english]).best_answer("adresinizi öğrenebilir miyim").is_some());
    }

    #[test]
    fn one_known_word_among_unknown_ones_is_no_answer() {
        let index = index(&[(Some("Do you deliver?"), "Yes."), (Some("Can I pay by card?"), "Yes.")]);
        assert_eq!(index.best_answer("my tax declaration about the delivery of helicopters"), None);
    }
}
