//! Whether a tool can be as it is wanted.

use std::time::Duration;

use reqwest::{
    Url,
    header::{HeaderName, HeaderValue},
};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use switchboard_store::tool::{HttpAction, McpTool};

use super::{Headers, action::KNOWN};
use crate::{bot::InvalidSetting, outward};

/// Characters.
const LONGEST_NAME: usize = 40;
const LONGEST_DESCRIPTION: usize = 1_000;
const LONGEST_URL: usize = 1_000;
const LONGEST_HEADER: usize = 4_000;
/// Bytes of a schema.
const LONGEST_SCHEMA: usize = 8_192;
const MOST_HEADERS: usize = 10;
const MOST_FIXED: usize = 20;
const LONGEST_FIXED: usize = 500;
const MOST_POINTERS: usize = 20;
const LONGEST_POINTER: usize = 200;
/// A customer is waiting.
const PATIENCE: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(30);

/// Of the connection, or ours.
const RESERVED_HEADERS: [&str; 9] = [
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "idempotency-key",
    "mcp-session-id",
    "transfer-encoding",
    "upgrade",
];

type Check = Result<(), InvalidSetting>;

fn invalid<T>(field: &'static str, message: &'static str) -> Result<T, InvalidSetting> {
    Err(InvalidSetting { field, message })
}

/// By which a model calls it: some servers take no other letters.
pub(super) fn name(name: &str) -> Check {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_letter) {
        return invalid(
            "name",
            "must be 1 to 40 letters of a to z, digits, hyphens or underscores, such as find_order",
        );
    }
    Ok(())
}

/// An address that may be asked; `{name}` stands for an input behind the host.
pub(super) fn url(text: &str, private: bool) -> Check {
    let url = Url::parse(text).ok().filter(|_| text.chars().count() <= LONGEST_URL);
    // Nobody who fills something in may choose the server: wherever its name stands, with however many slashes before it.
    let is_fixed = |url: &Url| url.host_str().is_some_and(|host| !host.contains(['{', '}', '%']));
    if !url.is_some_and(|url| outward::may_name(&url, private) && is_fixed(&url)) {
        return invalid("url", "must be an https address of the public internet; its host must be written out");
    }
    Ok(())
}

pub(super) fn timeout(milliseconds: u32) -> Check {
    if PATIENCE.contains(&Duration::from_millis(milliseconds.into())) {
        return Ok(());
    }
    invalid("timeout_ms", "must be between 1,000 and 30,000 milliseconds")
}

pub(super) fn headers(headers: &Headers) -> Check {
    if headers.len() > MOST_HEADERS {
        return invalid("headers", "must be at most 10");
    }
    for (name, value) in headers {
        let is_name = HeaderName::try_from(name.as_str()).is_ok_and(|it| !RESERVED_HEADERS.contains(&it.as_str()));
        let value = value.expose_secret();
        if !is_name || value.is_empty() || value.len() > LONGEST_HEADER || HeaderValue::try_from(value).is_err() {
            return invalid("headers", "must be names and values of headers that a request can carry");
        }
    }
    Ok(())
}

pub(super) fn action(action: &HttpAction, url: &str) -> Check {
    let description = action.description.trim();
    if description.is_empty() || description.chars().count() > LONGEST_DESCRIPTION {
        return invalid("description", "must have 1 to 1,000 characters: the model decides by it when to use the tool");
    }
    timeout(action.timeout_ms)?;
    schema(&action.inputs)?;
    fixed(action)?;
    let is_pointer = |it: &String| it.starts_with('/') && it.chars().count() <= LONGEST_POINTER;
    if action.visible.len() > MOST_POINTERS || !action.visible.iter().all(is_pointer) {
        return invalid("visible", "must be at most 20 JSON pointers such as /state or /items/*/name");
    }
    let required = action.inputs["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_there = |name: &&str| required.iter().any(|it| it == name) || action.fixed.contains_key(*name);
    if !placeholders(url).iter().all(is_there) {
        return invalid("url", "has a placeholder that is neither a required input nor sent along");
    }
    Ok(())
}

fn fixed(action: &HttpAction) -> Check {
    let properties = action.inputs["properties"].as_object();
    let is_input = |name: &str| properties.is_some_and(|properties| properties.contains_key(name));
    for (name, value) in &action.fixed {
        let is_known = placeholders(value).iter().all(|name| KNOWN.contains(name));
        if name.trim().is_empty() || is_input(name) || value.chars().count() > LONGEST_FIXED || !is_known {
            let message = "must be names that no input has, and values of at most 500 characters; placeholders are \
                           {customer.id}, {customer.phone}, {customer.given_phone}, {customer.name} and {conversation.id}";
            return invalid("fixed", message);
        }
    }
    if action.fixed.len() > MOST_FIXED { invalid("fixed", "must be at most 20") } else { Ok(()) }
}

/// A JSON schema of an object with named members, which compiles and refers to nothing outside.
pub(super) fn schema(schema: &Value) -> Check {
    let is_object = schema["type"] == "object" && schema["properties"].is_object();
    if !is_object || schema.to_string().len() > LONGEST_SCHEMA || validator(schema).is_none() {
        let message = "must be a JSON schema of type object with properties, of at most 8 KB";
        return invalid("inputs", message);
    }
    Ok(())
}

/// `None`: it is no schema. Patterns are matched in a time that grows with the text alone.
fn validator(schema: &Value) -> Option<jsonschema::Validator> {
    let options = jsonschema::options().with_pattern_options(jsonschema::PatternOptions::regex());
    options.build(schema).ok()
}

/// What a model has filled in, if it fits; else why not, for the model.
pub(super) fn inputs(schema: &Value, arguments: &str) -> Result<Map<String, Value>, String> {
    let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
    // PostgreSQL stores no such character.
    if arguments.contains("\\u0000") {
        return Err("The arguments hold a character that no text has.".to_owned());
    }
    let given = serde_json::from_str(arguments).map_err(|_| "The arguments are no JSON object.")?;
    fit(schema, &given)?;
    Ok(given)
}

/// As [`inputs`], of what is read already.
pub(super) fn fit(schema: &Value, given: &Map<String, Value>) -> Result<(), String> {
    let validator = validator(schema).ok_or("The tool's inputs are not described rightly.")?;
    match validator.iter_errors(&Value::Object(given.clone())).next() {
        Some(error) => Err(format!("The arguments do not fit: {error}")),
        None => Ok(()),
    }
}

/// Tools of a server that can be offered to a model.
pub(super) fn is_usable(tool: &McpTool) -> bool {
    schema(&tool.inputs).is_ok()
}

/// The names between braces, each once.
pub(super) fn placeholders(template: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for part in template.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("https://shop.example/orders/{id}", true)]
    #[case("https://shop.example/?q={id}", true)]
    #[case("https://{host}/orders", false)]
    #[case("https://shop.example.{host}/orders", false)]
    #[case("https:////{host}:6443/orders", false)]
    #[case("https:\\\\{host}/orders", false)]
    #[case("https:{host}/orders", false)]
    #[case("https://%7Bhost%7D/orders", false)]
    #[case("https://shop.example:{port}/orders", false)]
    #[case("https://0x7f000001/orders", false)]
    #[case("https://2130706433/orders", false)]
    #[case("https://user@shop.example/", false)]
    #[case("http://shop.example/", false)]
    #[case("https://127.0.0.1/", false)]
    #[case("https://[::1]/", false)]
    #[case("https://169.254.169.254/latest/meta-data", false)]
    fn only_what_stands_behind_the_host_is_filled_in(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(url(text, false).is_ok(), fits, "{text}");
    }

    #[rstest]
    #[case(json!({ "type": "object", "properties": {} }), true)]
    #[case(json!({ "type": "object", "properties": { "id": { "type": "string", "pattern": "^[A-Z]-[0-9]+$" } } }), true)]
    #[case(json!({ "type": "string" }), false)]
    #[case(json!({ "type": "object", "properties": { "id": { "type": "nonsense" } } }), false)]
    #[case(json!({ "type": "object", "properties": { "id": { "$ref": "https://evil.example/schema" } } }), false)]
    fn inputs_are_a_schema_that_stands_on_its_own(#[case] it: Value, #[case] fits: bool) {
        assert_eq!(schema(&it).is_ok(), fits, "{it}");
    }

    #[test]
    fn what_does_not_fit_is_told_to_the_model() {
        let schema = json!({ "type": "object", "properties": { "id": { "type": "integer" } }, "required": ["id"] });
        assert_eq!(inputs(&schema, r#"{"id":7}"#).unwrap()["id"], 7);
        for (arguments, told) in [
            ("{}", "id"),
            (r#"{"id":"\u0000"}"#, "character"),
            (r#"{"id":"x"}"#, "integer"),
            ("[1]", "object"),
            ("{", "object"),
        ] {
            let why = inputs(&schema, arguments).unwrap_err();
            assert!(why.contains(told), "{arguments}: {why}");
        }
    }

    #[test]
    fn a_pattern_that_would_take_for_ever_is_refused_or_quick() {
        let schema = json!({ "type": "object", "properties": { "id": { "type": "string", "pattern": "^(a+)+$" } } });
        let long = format!(r#"{{"id":"{}!"}}"#, "a".repeat(5_000));
        assert!(inputs(&schema, &long).is_err());
    }
}
