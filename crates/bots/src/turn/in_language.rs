//! That an answer is in the language that is set. Models are told which, and keep forgetting it where a customer writes in
//! another. Where none is set, the customer's own is asked for and not looked at again: who writes in one language may
//! well ask to be answered in another.

use switchboard_inbox::turns::Spent;

use super::question::Question;
use crate::{
    language::{self, Language},
    model::Prompt,
    models::Ask,
    prompt::fence,
    translation::asking,
};

/// Characters of an answer whose language is believed to be what statistics say, whatever the model says.
const TELLING: usize = 80;

/// An answer that was put into the language that is set.
pub(super) struct Righted {
    pub(super) text: String,
    pub(super) spent: Spent,
}

/// `said`: in which language the model says that it has answered. `None`: nothing is to be done, or it cannot be: an
/// answer in another language is better than none.
pub(super) async fn put_right(
    question: &Question,
    text: &str,
    said: Option<&Language>,
    wanted: &Language,
) -> Option<Righted> {
    if is_in(text, said, wanted) {
        return None;
    }
    let bot = &question.bot;
    let nonce = fence::nonce();
    let messages = asking::messages(text, None, wanted, &nonce);
    // What fails is told of where it happened.
    let answered = question.models.complete(Ask::of(bot), &Prompt::plain(&messages)).await.ok()?;
    match asking::read(&answered.completion.text, text, &nonce) {
        Ok(text) => Some(Righted { text, spent: answered.spent }),
        Err(asking::Garbled(why)) => {
            tracing::warn!(bot.id = %bot.id, why, "an answer could not be put into the language that is set");
            None
        }
    }
}

/// Whether a text is in a language, as far as that can be told.
fn is_in(text: &str, said: Option<&Language>, wanted: &Language) -> bool {
    match (said, language::detect(text)) {
        (_, Some(told)) if told == *wanted => true,
        // What cannot be told apart from others is believed.
        (Some(said), told) if said == wanted => {
            !wanted.is_told_apart() || told.is_none() || text.chars().count() < TELLING
        }
        (Some(_), _) => false,
        (None, told) => told.is_none() || !wanted.is_told_apart(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_in;
    use crate::language::Language;

    const ENGLISH: &str = "We bake our bread every morning, and we deliver it to your door until six in the evening.";
    const TURKISH: &str = "Ekmeğimizi her sabah pişiriyor, akşam altıya kadar kapınıza getiriyoruz.";

    #[rstest]
    #[case::told_and_said(TURKISH, Some("tr"), "tr", true)]
    #[case::said_wrong(TURKISH, Some("en"), "tr", true)]
    #[case::another(ENGLISH, Some("en"), "tr", false)]
    #[case::another_and_nothing_said(ENGLISH, None, "tr", false)]
    #[case::said_to_be_what_it_is_not(ENGLISH, Some("tr"), "tr", false)]
    #[case::too_short_to_tell("Tamam 👍", None, "tr", true)]
    #[case::short_and_said("OK 👍", Some("en"), "tr", false)]
    #[case::short_words_are_believed("Pizza Margherita: 9 EUR", Some("tr"), "tr", true)]
    #[case::of_a_language_nobody_here_can_tell("Dzień dobry, otwieramy o siódmej rano.", Some("pl"), "pl", true)]
    #[case::the_same_and_nothing_said("Dzień dobry, otwieramy o siódmej rano.", None, "pl", true)]
    fn an_answer_is_in_its_language(
        #[case] text: &str,
        #[case] said: Option<&str>,
        #[case] wanted: &str,
        #[case] is: bool,
    ) {
        let said = said.map(Language::from_code);
        assert_eq!(is_in(text, said.as_ref(), &Language::from_code(wanted)), is);
    }
}
