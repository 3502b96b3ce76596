//! What the model does with tools: it wishes for the one whose description fits the question, and repeats what it answers.

use serde_json::{Map, Value, json};

use super::answer::{is_fence, text_of};
use super::words::{content_words, likeness};

/// Words of the question that a tool must know.
const ENOUGH: usize = 2;

/// What the model would have done before it answers; `None`: nothing.
pub(super) fn wish(request: &Value, messages: &[Value]) -> Option<Value> {
    let last = messages.last().filter(|last| last["role"] == "user" && request["tool_choice"] != "none")?;
    let question = said(&text_of(&last["content"]));
    let tools = request["tools"].as_array()?;
    let fits = |tool: &&Value| fit(&tool["function"], &question);
    let best = tools.iter().max_by_key(fits).filter(|tool| fits(tool) >= ENOUGH)?;
    let function = &best["function"];
    let arguments = Value::Object(arguments(&function["parameters"], &question)?);
    let id = format!("call_{}", crate::ids::opaque());
    let function = json!({"name": function["name"], "arguments": arguments.to_string()});
    Some(json!({"id": id, "type": "function", "function": function}))
}

/// What the model says once tools have answered: their answers. `None`: none has.
pub(super) fn told(messages: &[Value]) -> Option<String> {
    let results = messages.iter().rev().take_while(|message| message["role"] != "user");
    let mut results: Vec<String> = results
        .filter(|message| message["role"] == "tool")
        .map(|message| said(&text_of(&message["content"])))
        .collect();
    results.reverse();
    match results.last()? {
        last if last.contains("must agree first") => Some("Shall I do that for you?".to_owned()),
        _ => Some(results.join(" ")),
    }
}

/// Without the marks around it.
fn said(text: &str) -> String {
    text.lines().filter(|line| !is_fence(line)).collect::<Vec<_>>().join("\n")
}

fn fit(function: &Value, question: &str) -> usize {
    let name = function["name"].as_str().unwrap_or_default().replace(['_', '-'], " ");
    let known = content_words(&format!("{name} {}", function["description"].as_str().unwrap_or_default()));
    let asked = content_words(question);
    asked.iter().filter(|word| known.iter().any(|other| likeness(word, other) >= 0.8)).count()
}

/// `None`: the question does not say what is required.
fn arguments(schema: &Value, question: &str) -> Option<Map<String, Value>> {
    let properties = schema["properties"].as_object()?;
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut found = Map::new();
    for (name, property) in properties {
        match argument(property, question) {
            Some(value) => {
                found.insert(name.clone(), value);
            }
            None if required.iter().any(|it| it == name) => return None,
            None => {}
        }
    }
    Some(found)
}

/// One of the choices that is named, a number, or what has digits in it.
fn argument(property: &Value, question: &str) -> Option<Value> {
    if let Some(choices) = property["enum"].as_array() {
        let lower = question.to_lowercase();
        return choices.iter().find(|it| it.as_str().is_some_and(|it| lower.contains(&it.to_lowercase()))).cloned();
    }
    let trimmed = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let mut words = question.split_whitespace().map(trimmed);
    match property["type"].as_str()? {
        "integer" | "number" => words.find_map(|word| word.parse::<i64>().ok()).map(Value::from),
        "string" => words.find(|word| word.chars().any(|c| c.is_ascii_digit())).map(Value::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(choice: &str) -> Value {
        json!({
            "tool_choice": choice,
            "tools": [{"type": "function", "function": {
                "name": "find_order",
                "description": "Finds out how far an order is.",
                "parameters": {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]},
            }}],
        })
    }

    fn asked(text: &str) -> Value {
        json!({"role": "user", "content": text})
    }

    #[test]
    fn a_tool_that_fits_is_wished_for_with_what_the_question_says() {
        let question = asked("<<<customer k>>>\nHow far is my order A-1042?\n<<<end customer k>>>");
        let wish = wish(&request("auto"), &[question]).unwrap();
        assert_eq!(wish["function"]["name"], "find_order");
        assert_eq!(wish["function"]["arguments"], r#"{"order":"A-1042"}"#);
    }

    #[test]
    fn without_what_is_required_or_when_it_is_to_answer_nothing_is_wished_for() {
        assert_eq!(wish(&request("auto"), &[asked("How far is my order?")]), None);
        assert_eq!(wish(&request("none"), &[asked("How far is my order A-1042?")]), None);
        assert_eq!(wish(&request("auto"), &[asked("When are you open on 24 December?")]), None);
    }

    #[test]
    fn what_tools_answer_is_repeated() {
        let messages = [asked("?"), json!({"role": "tool", "content": "<<<tool k>>>\nIt is sent.\n<<<end tool k>>>"})];
        assert_eq!(told(&messages).as_deref(), Some("It is sent."));
        assert_eq!(told(&[asked("?")]), None);
    }
}
