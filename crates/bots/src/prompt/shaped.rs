//! Reading an answer that was asked for as JSON. What a model says of itself is checked before it is used.

use serde::Deserialize;
use serde_json::Value;

use crate::language::Language;

use super::reply::{Reply, has_marker, parse_reply, plain_text, printable};

/// Rows of a list (Cloud API, interactive list messages).
const MOST_CHOICES: usize = 10;
/// Characters on a button (Cloud API, interactive reply buttons messages).
const LONGEST_CHOICE: usize = 20;
/// Of a model that hands over and does not say why; the team reads it.
const UNSTATED: &str = "The model says that a person is needed.";

/// An answer, and what the model says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapedReply {
    pub reply: Reply,
    /// Which of the passages it was written from, by position; `None`: it does not say.
    pub passages: Option<Vec<usize>>,
    /// From 0 to 1; `None`: it does not say.
    pub confidence: Option<f32>,
    /// In which it says that it is written; `None`: it does not say.
    pub language: Option<Language>,
    /// Whether the customer is.
    pub angry: bool,
    /// What the customer may choose from: none, or two to ten.
    pub choices: Vec<String>,
}

impl ShapedReply {
    /// Of a model that says nothing of its answer.
    pub fn of(reply: Reply) -> Self {
        Self { reply, passages: None, confidence: None, language: None, angry: false, choices: Vec::new() }
    }
}

/// As it is written. Servers that take the schema without enforcing it let a field be of any type: one that is wrong is not
/// to cost the answer beside it.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    reply: Option<String>,
    #[serde(default)]
    passages: Value,
    #[serde(default)]
    confidence: Value,
    #[serde(default)]
    language: Value,
    #[serde(default)]
    angry: Value,
    #[serde(default)]
    choices: Value,
    #[serde(default)]
    handoff: Value,
}

/// Reads an answer to a prompt with `passages` passages. A model that writes plain text instead is believed as one that
/// was asked for it; broken JSON is nothing that could be sent.
pub fn parse_shaped(text: &str, passages: usize) -> ShapedReply {
    let answer = plain_text(text);
    let Some(written) = written(&answer) else {
        let reply = if is_broken(&answer) { Reply::Empty } else { parse_reply(text) };
        return ShapedReply::of(reply);
    };
    ShapedReply {
        reply: reply(&written),
        passages: numbers(&written.passages).map(|numbers| positions(&numbers, passages)),
        confidence: number(&written.confidence).map(within_one),
        language: written.language.as_str().and_then(language),
        angry: written.angry == Value::Bool(true),
        choices: choices(&written.choices),
    }
}

/// The object in an answer, whatever a model has written around it. The plain way to hand over wins over it.
fn written(answer: &str) -> Option<Written> {
    let (first, last) = (answer.find('{')?, answer.rfind('}')?);
    let written: Written = serde_json::from_str(answer.get(first..=last)?).ok()?;
    let is_answer = written.reply.is_some() || !written.handoff.is_null();
    (is_answer && !has_marker(&answer[..first]) && !has_marker(&answer[last + 1..])).then_some(written)
}

/// Whether what could not be read was meant as JSON.
fn is_broken(answer: &str) -> bool {
    let is_json = answer.starts_with(['{', '[']) || (answer.contains('{') && answer.contains("\"reply\""));
    is_json && !has_marker(answer)
}

fn reply(written: &Written) -> Reply {
    match handoff(&written.handoff) {
        Some(reason) => Reply::Handoff { reason },
        None => parse_reply(written.reply.as_deref().unwrap_or_default()),
    }
}

/// Why it hands over, if it does.
fn handoff(written: &Value) -> Option<String> {
    if *written == Value::Bool(true) {
        return Some(UNSTATED.to_owned());
    }
    let reason = printable(written.as_str()?).trim().to_owned();
    match reason.to_ascii_lowercase().as_str() {
        // Some write the word for nothing, or for yes.
        "" | "null" | "none" | "no" | "false" => None,
        "yes" | "true" => Some(UNSTATED.to_owned()),
        _ => Some(reason),
    }
}

/// `None`: it does not say, or not in numbers.
fn numbers(written: &Value) -> Option<Vec<i64>> {
    let number = |it: &Value| it.as_i64().or_else(|| it.as_str()?.trim().parse().ok());
    written.as_array()?.iter().map(number).collect()
}

fn number(written: &Value) -> Option<f64> {
    let number: Option<f64> = written.as_f64().or_else(|| written.as_str()?.trim().parse().ok());
    number.filter(|it| it.is_finite())
}

/// A code; the names of languages, and what else models write there, say nothing for sure.
fn language(written: &str) -> Option<Language> {
    let code = written.trim().split(['-', '_']).next()?;
    let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| Language::from_code(code))
}

/// Each once, in the order they are named. There are no others than those that were shown.
fn positions(numbers: &[i64], passages: usize) -> Vec<usize> {
    let mut positions: Vec<usize> = Vec::new();
    for number in numbers {
        if let Some(position) = usize::try_from(*number).ok().and_then(|number| number.checked_sub(1))
            && position < passages
            && !positions.contains(&position)
        {
            positions.push(position);
        }
    }
    positions
}

#[expect(clippy::cast_possible_truncation, reason = "between 0 and 1 it is precise enough")]
fn within_one(confidence: f64) -> f32 {
    confidence.clamp(0.0, 1.0) as f32
}

/// Each once, if all can be shown: some of what is to be chosen from would mislead.
fn choices(written: &Value) -> Vec<String> {
    let texts: Option<Vec<&str>> = written.as_array().and_then(|texts| texts.iter().map(Value::as_str).collect());
    let mut choices: Vec<String> = Vec::new();
    for choice in texts.unwrap_or_default() {
        let choice = printable(choice).trim().to_owned();
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    let fits = |choice: &String| !choice.is_empty() && choice.chars().count() <= LONGEST_CHOICE;
    if (2..=MOST_CHOICES).contains(&choices.len()) && choices.iter().all(fits) { choices } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn answer(text: &str) -> Reply {
        Reply::Answer(text.to_owned())
    }

    #[test]
    fn an_answer_names_its_passages_and_how_sure_it_is() {
        let text = r#"{"reply":"From **7** to 20.","passages":[2,1,2,9,0,-1],"confidence":0.9,"language":"en","handoff":null}"#;
        let read = parse_shaped(text, 3);
        assert_eq!(read.reply, answer("From *7* to 20."));
        assert_eq!(read.passages, Some(vec![1, 0]));
        assert!((read.confidence.unwrap() - 0.9).abs() < 1e-6);
    }

    #[test]
    fn choices_are_shown_if_all_of_them_can_be() {
        let read = |choices: &str| parse_shaped(&format!(r#"{{"reply":"Which?","choices":{choices}}}"#), 0).choices;
        assert_eq!(read(r#"["Cake"," Bread ","Cake"]"#), ["Cake", "Bread"]);
        assert!(read(r#"["Cake"]"#).is_empty() && read(r#"["Cake","A choice that is far too long"]"#).is_empty());
        assert!(read("null").is_empty() && read(r#"["",""]"#).is_empty());
    }

    #[test]
    fn the_customer_is_angry_only_where_it_says_so() {
        let read = |angry: &str| parse_shaped(&format!(r#"{{"reply":"Yes.",{angry}"confidence":1}}"#), 0).angry;
        assert!(
            read(r#""angry":true,"#)
                && !read(r#""angry":false,"#)
                && !read(r#""angry":null,"#)
                && !read(r#""angry":"a bit","#)
                && !read("")
        );
    }

    #[test]
    fn a_handoff_wins_over_a_reply() {
        let text =
            r#"{"reply":"I will refund you.","passages":[],"confidence":1,"language":"en","handoff":"a refund"}"#;
        assert_eq!(parse_shaped(text, 0).reply, Reply::Handoff { reason: "a refund".to_owned() });
        let text = r#"{"reply":"Yes.","handoff":"null"}"#;
        assert_eq!(parse_shaped(text, 0).reply, answer("Yes."));
    }

    #[test]
    fn characters_that_nobody_reads_are_left_out_wherever_they_are_written() {
        let text = r#"{"reply":"We\u0000 open\nat 7.","choices":["Ca\u0000ke","\u0001Bread"],"handoff":"\u0000"}"#;
        let read = parse_shaped(text, 0);
        assert_eq!((read.reply, read.choices), (answer("We open\nat 7."), vec!["Cake".to_owned(), "Bread".to_owned()]));
        let text = r#"{"reply":"","handoff":"a \u0000refund"}"#;
        assert_eq!(parse_shaped(text, 0).reply, Reply::Handoff { reason: "a refund".to_owned() });
    }

    #[test]
    fn thoughts_and_fences_around_it_are_taken_off() {
        let text = "<think>{\"reply\":\"no\"}</think>\n```json\n{\"reply\":\"Yes.\",\"confidence\":7}\n```";
        let read = parse_shaped(text, 0);
        assert_eq!((read.reply, read.confidence, read.passages), (answer("Yes."), Some(1.0), None));
    }

    #[test]
    fn plain_words_are_an_answer_and_broken_json_is_none() {
        assert_eq!(parse_shaped("From 7 to 20.", 1).reply, answer("From 7 to 20."));
        assert_eq!(parse_shaped("[HANDOFF] angry", 1).reply, Reply::Handoff { reason: "angry".to_owned() });
        assert_eq!(parse_shaped(r#"{"reply":"From 7 t"#, 1).reply, Reply::Empty);
        assert_eq!(parse_shaped(r#"{"reply":""}"#, 1).reply, Reply::Empty);
    }

    #[rstest]
    #[case("Here is the JSON:\n{\"reply\":\"Yes.\"}")]
    #[case("{\"reply\":\"Yes.\"}\n\nLet me know if you need more.")]
    #[case("Sure!\n```json\n{\"reply\":\"Yes.\"}\n```\nDone.")]
    fn words_around_the_object_are_not_for_the_customer(#[case] text: &str) {
        assert_eq!(parse_shaped(text, 0).reply, answer("Yes."));
    }

    #[rstest]
    #[case("Here it is: {\"reply\":\"From 7 t")]
    #[case("For {name}: {\"reply\":\"From 7.\"}")]
    #[case("Here it is: {\"reply\":7}")]
    #[case("{\"answer\":\"From 7.\"}")]
    fn an_object_that_cannot_be_read_is_never_sent(#[case] text: &str) {
        assert_eq!(parse_shaped(text, 0).reply, Reply::Empty);
    }

    #[test]
    fn braces_in_plain_words_are_part_of_them() {
        assert_eq!(parse_shaped("Write {your name} there.", 0).reply, answer("Write {your name} there."));
        assert_eq!(parse_shaped("[HANDOFF: angry]", 1).reply, Reply::Handoff { reason: "angry".to_owned() });
        let text = "[HANDOFF] a refund\n{\"reply\":\"Yes.\"}";
        assert_eq!(parse_shaped(text, 0).reply, Reply::Handoff { reason: "a refund".to_owned() });
    }

    #[test]
    fn a_field_of_another_type_does_not_cost_the_answer() {
        let text = r#"{"reply":"Yes.","passages":["2",1],"confidence":"0.5","language":7,"angry":"no","choices":["A",1],"handoff":false}"#;
        let read = parse_shaped(text, 2);
        assert_eq!((read.reply, read.passages, read.confidence), (answer("Yes."), Some(vec![1, 0]), Some(0.5)));
        assert!(read.language.is_none() && !read.angry && read.choices.is_empty());
        let text = r#"{"reply":"Yes.","passages":"the first","confidence":"high","choices":"none","handoff":{}}"#;
        assert_eq!(parse_shaped(text, 2), ShapedReply::of(answer("Yes.")));
        assert_eq!(parse_shaped(r#"{"reply":"Yes.","passages":["the first"]}"#, 2).passages, None);
    }

    #[rstest]
    #[case("true")]
    #[case(r#""true""#)]
    fn who_hands_over_without_a_reason_is_given_one(#[case] handoff: &str) {
        let read = parse_shaped(&format!(r#"{{"reply":"Yes.","handoff":{handoff}}}"#), 0);
        assert_eq!(read.reply, Reply::Handoff { reason: UNSTATED.to_owned() });
    }

    proptest! {
        #[test]
        fn whatever_a_model_writes_is_read(text in ".{0,80}", passages in 0_usize..4) {
            let read = parse_shaped(&text, passages);
            prop_assert!(read.passages.unwrap_or_default().iter().all(|position| *position < passages));
            if let Reply::Answer(text) = read.reply {
                prop_assert!(!text.trim().is_empty());
            }
        }
    }
}
