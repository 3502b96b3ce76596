//! Whether what a bot would do is what was done.

use std::collections::HashSet;

use switchboard_store::{
    Author, ReplayOutcome,
    bot_replay::{Answer, OldSource},
    bot_test::TestPassage,
};

use crate::turn::rules::words;

/// What a bot would do now.
pub(super) struct Now<'a> {
    pub(super) said: &'a str,
    pub(super) handed_over: bool,
}

/// What is different. Whether people were called by a bot or had the conversation already is the same to the customer.
pub(super) fn judge(then: &[Answer], now: &Now<'_>) -> ReplayOutcome {
    match (by_ai(then), now.handed_over) {
        (Some(_), true) => ReplayOutcome::NowHandedOver,
        (None, false) => ReplayOutcome::NowAnswered,
        (None, true) => ReplayOutcome::Same,
        // In whatever case, accents and signs.
        (Some(said), false) if words(&said) == words(now.said) => ReplayOutcome::Same,
        (Some(_), false) => ReplayOutcome::Differs,
    }
}

/// What the AI answered by itself; `None`: it called people, or people answered.
fn by_ai(then: &[Answer]) -> Option<String> {
    let is_handed_over = then.iter().any(|answer| answer.author == Author::System);
    let said: Vec<_> =
        then.iter().filter(|answer| answer.author == Author::Ai).map(|answer| answer.text.as_str()).collect();
    (!is_handed_over && !said.is_empty()).then(|| said.join("\n\n"))
}

/// Whether it is answered from the knowledge both times, and not from the same of it.
pub(super) fn has_other_sources(then: &[OldSource], now: &[TestPassage]) -> bool {
    let then: HashSet<_> = then.iter().map(|source| source.item_id).collect();
    let now: HashSet<_> = now.iter().filter(|passage| passage.used).map(|passage| passage.item_id).collect();
    !then.is_empty() && !now.is_empty() && then != now
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use uuid::Uuid;

    use super::*;

    const AI: (Author, &str) = (Author::Ai, "We open at 7.");
    const MORE: (Author, &str) = (Author::Ai, "Every day!");
    const PERSON: (Author, &str) = (Author::Operator, "At seven.");
    const HANDED_OVER: (Author, &str) = (Author::System, "A person will answer you.");

    #[rstest]
    #[case(&[AI], "we open at 7", false, ReplayOutcome::Same)]
    #[case(&[AI, MORE], "We open at 7.\n\nEvery day.", false, ReplayOutcome::Same)]
    #[case(&[AI], "We open at eight.", false, ReplayOutcome::Differs)]
    #[case(&[AI, PERSON], "We open at 7.", false, ReplayOutcome::Same)]
    #[case(&[AI], "A person will answer you.", true, ReplayOutcome::NowHandedOver)]
    #[case(&[HANDED_OVER, PERSON], "We open at 7.", false, ReplayOutcome::NowAnswered)]
    #[case(&[PERSON], "At seven.", false, ReplayOutcome::NowAnswered)]
    #[case(&[HANDED_OVER], "Somebody will.", true, ReplayOutcome::Same)]
    #[case(&[PERSON], "", true, ReplayOutcome::Same)]
    fn what_would_be_done_is_held_against_what_was_done(
        #[case] then: &[(Author, &str)],
        #[case] said: &str,
        #[case] handed_over: bool,
        #[case] expected: ReplayOutcome,
    ) {
        let answer = |(author, text): &(Author, &str)| Answer {
            message_id: Uuid::nil(),
            author: *author,
            text: (*text).to_owned(),
        };
        let then: Vec<_> = then.iter().map(answer).collect();
        assert_eq!(judge(&then, &Now { said, handed_over }), expected);
    }

    #[rstest]
    #[case(&[1, 2], &[2, 1], false)]
    #[case(&[1], &[1, 2], true)]
    #[case(&[], &[1], false)]
    #[case(&[1], &[], false)]
    fn other_sources_are_those_of_another_item(#[case] then: &[u128], #[case] now: &[u128], #[case] expected: bool) {
        let old = |id: &u128| OldSource { item_id: Uuid::from_u128(*id), title: None, text: String::new() };
        let new = |id: &u128| TestPassage {
            item_id: Uuid::from_u128(*id),
            question: None,
            text: String::new(),
            score: 1.0,
            confidence: 1.0,
            used: true,
        };
        let unused = TestPassage { used: false, ..new(&9) };
        let now: Vec<_> = now.iter().map(new).chain([unused]).collect();
        assert_eq!(has_other_sources(&then.iter().map(old).collect::<Vec<_>>(), &now), expected);
    }
}
