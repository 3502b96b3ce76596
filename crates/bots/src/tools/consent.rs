//! Whether a customer has agreed to what a bot is to do for them.

use switchboard_inbox::tool_calls::Choice;
use switchboard_store::{Author, Direction, MessageStatus, message::Message, tool_call::ToolCall};
use uuid::Uuid;

use crate::{
    language::{Language, Texts},
    retrieval::normalise,
    turn::question::Said,
};

/// What says yes where nothing else is said: whoever says more may mean something else, and is asked again.
const YES: &str = "yes yeah yep yup ok okay sure confirm confirmed agreed correct evet tamam olur onaylıyorum kabul doğru نعم \
    أجل ايوه ايوا تمام موافق اوكي ja gerne klar oui daccord si vale claro certo sim goed prima да хорошо";
/// What may stand beside it.
const COURTESY: &str = "please thanks thank you do it go ahead that s right lütfen teşekkürler ederim من فضلك شكرا bitte danke \
    merci gracias por favor";
const THUMBS: [&str; 3] = ["👍", "✅", "👌"];

fn id(call: Uuid, answer: &str) -> String {
    format!("call:{call}:{answer}")
}

/// The two buttons by which a customer is asked.
pub(crate) fn yes_and_no(call: Uuid, language: &Language) -> Vec<Choice> {
    let texts = Texts::of(language);
    [("yes", texts.yes), ("no", texts.no)]
        .map(|(answer, title)| Choice { id: id(call, answer), title: title.to_owned() })
        .into()
}

/// A question of the bot's that left, or is leaving, and to which nothing was said since but by them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Its place in the conversation.
    seq: i64,
    /// The newest message of the customer that the bot had seen when it asked.
    answers_seq: i64,
    /// Whether Meta has taken it, as far as we know.
    has_left: bool,
}

impl Asked {
    /// Of a conversation's messages, the oldest first. Whatever else was said last, by people, by Switchboard itself, or
    /// what never arrived, is no question of the bot's, and a yes is none to it.
    pub(crate) fn of(messages: &[Message]) -> Option<Self> {
        let is_said = |it: &&Message| it.direction == Direction::Outbound && it.kind != "reaction";
        let last = messages.iter().rfind(is_said)?;
        let has_left = matches!(last.status, MessageStatus::Sent | MessageStatus::Delivered | MessageStatus::Read);
        let may_leave = has_left || matches!(last.status, MessageStatus::Sending | MessageStatus::Unknown);
        let is_the_bots = last.author == Author::Ai && may_leave && last.revoked_at.is_none();
        Some(Self { seq: last.seq, answers_seq: last.answers_seq.filter(|_| is_the_bots)?, has_left })
    }

    /// Whether it asked about this call, and the customer's last word after it agrees.
    pub(super) fn is_answered_yes(self, call: &ToolCall, pending: &[Said]) -> bool {
        // Whoever presses what stands under it has it before them, also where we have not heard yet that it left.
        let is_seen = |last: &Said| last.place.seq > self.seq && (self.has_left || last.choice.is_some());
        pending.last().is_some_and(is_seen) && self.answers_seq == call.seq && is_given(call.id, pending)
    }
}

/// Whether the customer's last word agrees to a call.
fn is_given(call: Uuid, pending: &[Said]) -> bool {
    let Some(last) = pending.last() else { return false };
    match last.choice.as_deref() {
        Some(choice) => choice == id(call, "yes"),
        None => last.kind == "text" && last.text.as_deref().is_some_and(says_yes),
    }
}

fn says_yes(text: &str) -> bool {
    let text = text.trim();
    if THUMBS.iter().any(|thumb| text.starts_with(thumb)) && !text.chars().any(char::is_alphanumeric) {
        return true;
    }
    let words_of = |text: &str| -> Vec<String> {
        let normalised = normalise(text);
        let words = normalised.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let (said, yes, courtesy) = (words_of(text), words_of(YES), words_of(COURTESY));
    said.iter().any(|word| yes.contains(word)) && said.iter().all(|word| yes.contains(word) || courtesy.contains(word))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Yes", true)]
    #[case("yes, please!", true)]
    #[case("Evet, lütfen", true)]
    #[case("TAMAM", true)]
    #[case("نعم", true)]
    #[case("👍🏽", true)]
    #[case("no", false)]
    #[case("yes but not today", false)]
    #[case("is that ok?", false)]
    #[case("hayır", false)]
    #[case("لا", false)]
    #[case("", false)]
    fn a_yes_is_a_yes_and_nothing_else(#[case] text: &str, #[case] agrees: bool) {
        assert_eq!(says_yes(text), agrees, "{text}");
    }

    #[test]
    fn the_last_word_counts_and_a_button_is_for_its_own_call() {
        let (call, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let said = |text: &str| Said::text(true, text.to_owned());
        let pressed = |id: String| Said { kind: "interactive".into(), choice: Some(id), ..said("Yes") };
        assert!(is_given(call, &[said("no wait"), said("yes")]));
        assert!(!is_given(call, &[said("yes"), said("no wait")]));
        assert!(is_given(call, &[pressed(id(call, "yes"))]));
        assert!(!is_given(call, &[pressed(id(call, "no"))]) && !is_given(call, &[pressed(id(other, "yes"))]));
        assert!(!is_given(call, &[]));
    }
}
