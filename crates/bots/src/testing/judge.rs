//! Whether what came is what was expected.

use switchboard_store::bot_test::{Expected, Failure};
use uuid::Uuid;

use crate::retrieval::normalise;

/// What a bot did about the last thing that was said.
pub(super) struct Came<'a> {
    /// What the customer reads.
    pub(super) said: &'a str,
    pub(super) handed_over: bool,
    /// The knowledge items it is answered from.
    pub(super) used: &'a [Uuid],
    /// What it did with its tools, and what it could have used: by the names that models know.
    pub(super) called: &'a [&'a str],
    pub(super) offered: &'a [String],
}

/// The expectations that were not met.
pub(super) fn judge(expected: &Expected, came: &Came<'_>) -> Vec<Failure> {
    // As the search compares: a test does not fail over a capital letter.
    let said = normalise(came.said);
    let is_said = |text: &String| said.contains(&normalise(text));
    let missing = expected.must_say.iter().filter(|text| !is_said(text));
    let wrong = expected.must_not_say.iter().filter(|text| is_said(text));
    let unused = expected.knowledge_item_id.filter(|item| !came.used.contains(item));
    let handoff = match expected.handoff {
        Some(true) if !came.handed_over => Some(Failure::NotHandedOver),
        Some(false) if came.handed_over => Some(Failure::HandedOver),
        _ => None,
    };
    missing
        .map(|text| Failure::NotSaid { text: text.clone() })
        .chain(wrong.map(|text| Failure::Said { text: text.clone() }))
        .chain(unused.map(|item_id| Failure::NotUsed { item_id }))
        .chain(handoff)
        .chain(uncalled(expected, came))
        .chain(called(expected, came))
        .collect()
}

/// What had to be called and was not. What a trial leaves out, and what a customer would be asked about, is called.
fn uncalled(expected: &Expected, came: &Came<'_>) -> impl Iterator<Item = Failure> {
    let missing = expected.must_call.iter().filter(|name| !came.called.contains(&name.as_str()));
    missing.map(|name| {
        let tool = name.clone();
        if came.offered.contains(name) { Failure::NotCalled { tool } } else { Failure::NoTool { tool } }
    })
}

fn called(expected: &Expected, came: &Came<'_>) -> impl Iterator<Item = Failure> {
    let wrong = expected.must_not_call.iter().filter(|name| came.called.contains(&name.as_str()));
    wrong.map(|name| Failure::Called { tool: name.clone() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const ITEM: Uuid = Uuid::from_u128(1);

    fn expected(must_say: &[&str], must_not_say: &[&str]) -> Expected {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Expected { must_say: owned(must_say), must_not_say: owned(must_not_say), ..Expected::default() }
    }

    fn failures(expected: &Expected, said: &str, handed_over: bool) -> Vec<Failure> {
        judge(expected, &Came { said, handed_over, used: &[ITEM], called: &["find_order"], offered: &offered() })
    }

    fn offered() -> Vec<String> {
        ["find_order", "cancel_order"].map(str::to_owned).to_vec()
    }

    #[rstest]
    #[case(&["find_order"], &["cancel_order"], None)]
    #[case(&["find_order", "cancel_order"], &[], Some(Failure::NotCalled { tool: "cancel_order".into() }))]
    #[case(&["refund"], &[], Some(Failure::NoTool { tool: "refund".into() }))]
    #[case(&[], &["find_order", "refund"], Some(Failure::Called { tool: "find_order".into() }))]
    fn tools_are_called_or_not(#[case] must: &[&str], #[case] must_not: &[&str], #[case] failure: Option<Failure>) {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let expected = Expected { must_call: owned(must), must_not_call: owned(must_not), ..Expected::default() };
        assert_eq!(failures(&expected, "", false), Vec::from_iter(failure));
    }

    #[rstest]
    #[case("seven", "We open at SEVEN.")]
    #[case("açığız", "Her gün AÇIĞIZ")]
    #[case("من السابعة", "نفتح   مِنَ السابعه")]
    #[case("7", "٧")]
    fn a_text_is_said_however_it_is_written(#[case] text: &str, #[case] said: &str) {
        assert_eq!(failures(&expected(&[text], &[]), said, false), []);
        assert_eq!(failures(&expected(&[], &[text]), said, false), [Failure::Said { text: text.to_owned() }]);
    }

    #[test]
    fn every_expectation_that_is_not_met_is_told() {
        let expected = Expected {
            knowledge_item_id: Some(Uuid::from_u128(2)),
            handoff: Some(false),
            ..expected(&["seven", "every day"], &["closed"])
        };
        assert_eq!(
            failures(&expected, "We are closed every day.", true),
            [
                Failure::NotSaid { text: "seven".into() },
                Failure::Said { text: "closed".into() },
                Failure::NotUsed { item_id: Uuid::from_u128(2) },
                Failure::HandedOver,
            ]
        );
    }

    #[rstest]
    #[case(None, false, None)]
    #[case(None, true, None)]
    #[case(Some(true), true, None)]
    #[case(Some(true), false, Some(Failure::NotHandedOver))]
    #[case(Some(false), false, None)]
    fn people_are_called_or_not(#[case] handoff: Option<bool>, #[case] came: bool, #[case] failure: Option<Failure>) {
        let expected = Expected { handoff, knowledge_item_id: Some(ITEM), ..Expected::default() };
        assert_eq!(failures(&expected, "", came), Vec::from_iter(failure));
    }
}
