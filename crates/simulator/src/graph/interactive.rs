//! The checks on interactive messages: buttons, lists, links, location requests.

use std::collections::HashSet;

use serde_json::Value;

use super::GraphError;
use super::validate::{Check, length};

/// Checks the `interactive` object of a message.
pub(crate) fn check(interactive: &Value) -> Check {
    let kind = interactive["type"].as_str().ok_or_else(|| GraphError::required("interactive['type']"))?;
    let action = &interactive["action"];
    if !action.is_object() {
        return Err(GraphError::required("interactive['action']"));
    }
    length("interactive['footer']['text']", &interactive["footer"]["text"], 0, 60)?;
    length("interactive['header']['text']", &interactive["header"]["text"], 0, 60)?;
    match kind {
        "button" => check_body(interactive, 1024).and_then(|()| check_buttons(action)),
        "list" => check_body(interactive, 4096).and_then(|()| check_list(action)),
        "cta_url" => check_body(interactive, 1024).and_then(|()| check_cta_url(action)),
        "location_request_message" => check_body(interactive, 1024).and_then(|()| check_name(action, "send_location")),
        "request_contact_info" => check_body(interactive, 1024),
        other => Err(GraphError::invalid(format!("Interactive type \"{other}\" is not known."))),
    }
}

fn check_body(interactive: &Value, max: usize) -> Check {
    length("interactive['body']['text']", &interactive["body"]["text"], 1, max)
}

fn check_name(action: &Value, name: &str) -> Check {
    if action["name"] == name {
        return Ok(());
    }
    Err(GraphError::invalid(format!("The action's name must be {name}.")))
}

fn check_buttons(action: &Value) -> Check {
    let buttons =
        action["buttons"].as_array().ok_or_else(|| GraphError::required("interactive['action']['buttons']"))?;
    count("buttons", buttons.len(), 3)?;
    let mut seen = Unique::default();
    for button in buttons {
        let reply = &button["reply"];
        if button["type"] != "reply" || !reply.is_object() {
            return Err(GraphError::invalid("A button must be of type reply."));
        }
        size("Button title", &reply["title"], 20)?;
        size("Button id", &reply["id"], 256)?;
        seen.add("Button id", &reply["id"])?;
        seen.add("Button title", &reply["title"])?;
    }
    Ok(())
}

fn check_list(action: &Value) -> Check {
    size("List button", &action["button"], 20)?;
    let sections =
        action["sections"].as_array().ok_or_else(|| GraphError::required("interactive['action']['sections']"))?;
    count("sections", sections.len(), 10)?;
    let mut seen = Unique::default();
    let mut total = 0;
    for section in sections {
        if sections.len() > 1 || !section["title"].is_null() {
            size("Section title", &section["title"], 24)?;
        }
        let rows = section["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            return Err(GraphError::invalid("A section needs at least one row."));
        }
        total += rows.len();
        for row in rows {
            check_row(row)?;
            seen.add("Row id", &row["id"])?;
        }
    }
    count("rows", total, 10)
}

fn check_row(row: &Value) -> Check {
    size("Row id", &row["id"], 200)?;
    size("Row title", &row["title"], 24)?;
    match &row["description"] {
        Value::Null => Ok(()),
        Value::String(text) if text.is_empty() => Ok(()),
        description => size("Row description", description, 72),
    }
}

fn check_cta_url(action: &Value) -> Check {
    check_name(action, "cta_url")?;
    let parameters = &action["parameters"];
    size("Display text", &parameters["display_text"], 20)?;
    let link = parameters["url"].as_str().unwrap_or_default();
    let is_web = url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_web { Ok(()) } else { Err(GraphError::invalid("The URL is not valid.")) }
}

fn count(what: &str, number: usize, max: usize) -> Check {
    if (1..=max).contains(&number) {
        return Ok(());
    }
    let details = format!("Invalid {what} count. Min allowed {what}: 1, Max allowed {what}: {max}");
    Err(GraphError::invalid(details))
}

fn size(what: &str, value: &Value, max: usize) -> Check {
    let count = value.as_str().map_or(0, |text| text.trim().chars().count());
    if (1..=max).contains(&count) {
        return Ok(());
    }
    let details = format!("{what} length invalid. Min length: 1, Max length: {max}");
    Err(GraphError::invalid(details))
}

/// Ids and titles that may occur once.
#[derive(Default)]
struct Unique<'a>(HashSet<(&'static str, &'a str)>);

impl<'a> Unique<'a> {
    fn add(&mut self, what: &'static str, value: &'a Value) -> Check {
        if self.0.insert((what, value.as_str().unwrap_or_default())) {
            return Ok(());
        }
        Err(GraphError::invalid(format!("{what} is not unique.")))
    }
}
