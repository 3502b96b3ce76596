//! The checks Meta does on a message before it looks at the recipient (Cloud API, "Messages").

use serde_json::Value;

use super::GraphError;
use super::interactive;

/// A check's verdict.
pub(crate) type Check = Result<(), GraphError>;

const TYPES: [&str; 11] = [
    "audio",
    "contacts",
    "document",
    "image",
    "interactive",
    "location",
    "reaction",
    "sticker",
    "template",
    "text",
    "video",
];

/// Checks everything about a message but what needs the simulator's memory: whether media and
/// templates exist, and who the recipient is.
pub(crate) fn check(message: &Value) -> Check {
    check_opaque(message)?;
    check_context(message)?;
    let kind = kind(message);
    if !TYPES.contains(&kind) {
        let all = TYPES.join(", ").to_uppercase();
        let text = format!("(#100) Param type must be one of {{{all}}} - got \"{kind}\".");
        return Err(GraphError::plain(400, 100, text));
    }
    let content = &message[kind];
    match kind {
        "contacts" => return check_contacts(content),
        _ if !content.is_object() => return Err(GraphError::required(kind)),
        _ => {}
    }
    match kind {
        "text" => check_text(content),
        "reaction" => check_reaction(content),
        "location" => check_location(content),
        "template" => check_template(content),
        "interactive" => interactive::check(content),
        _ => check_media(kind, content),
    }
}

/// The type of a message, which is `text` when it says none.
pub(crate) fn kind(message: &Value) -> &str {
    match &message["type"] {
        Value::Null => "text",
        value => value.as_str().unwrap_or(""),
    }
}

/// A text of `min` to `max` characters.
pub(crate) fn length(name: &str, value: &Value, min: usize, max: usize) -> Check {
    let text = match value {
        Value::Null if min == 0 => return Ok(()),
        Value::Null => return Err(GraphError::required(name)),
        value => value
            .as_str()
            .ok_or_else(|| GraphError::plain(400, 100, format!("(#100) Param {name} must be a string.")))?,
    };
    let count = text.chars().count();
    if count > max {
        let message = format!("(#100) Param {name} must be at most {max} characters long.");
        return Err(GraphError::plain(400, 100, message));
    }
    if count < min || (min > 0 && text.trim().is_empty()) {
        return Err(GraphError::required(name));
    }
    Ok(())
}

fn check_opaque(message: &Value) -> Check {
    length("biz_opaque_callback_data", &message["biz_opaque_callback_data"], 0, 512)
}

fn check_context(message: &Value) -> Check {
    match &message["context"] {
        Value::Null => Ok(()),
        context => match context["message_id"].as_str() {
            Some(id) if !id.is_empty() => Ok(()),
            _ => Err(GraphError::required("context['message_id']")),
        },
    }
}

fn check_text(text: &Value) -> Check {
    length("text['body']", &text["body"], 1, 4096)?;
    match &text["preview_url"] {
        Value::Null | Value::Bool(_) => Ok(()),
        _ => Err(GraphError::plain(400, 100, "(#100) Param text['preview_url'] must be a boolean.")),
    }
}

fn check_reaction(reaction: &Value) -> Check {
    length("reaction['message_id']", &reaction["message_id"], 1, 512)?;
    match &reaction["emoji"] {
        Value::String(emoji) if emoji.chars().count() <= 16 => Ok(()),
        Value::Null => Err(GraphError::required("reaction['emoji']")),
        _ => Err(GraphError::invalid("The emoji is not one.")),
    }
}

fn check_location(location: &Value) -> Check {
    for (name, bound) in [("latitude", 90.0), ("longitude", 180.0)] {
        let degrees = match &location[name] {
            Value::Null => return Err(GraphError::required(&format!("location['{name}']"))),
            Value::String(text) => text.parse::<f64>().ok(),
            value => value.as_f64(),
        };
        if !degrees.is_some_and(|degrees| degrees.abs() <= bound) {
            return Err(GraphError::invalid(format!("location['{name}'] is not on this planet.")));
        }
    }
    Ok(())
}

fn check_contacts(contacts: &Value) -> Check {
    let contacts =
        contacts.as_array().filter(|contacts| !contacts.is_empty()).ok_or_else(|| GraphError::required("contacts"))?;
    contacts.iter().try_for_each(|contact| {
        length("contacts['name']['formatted_name']", &contact["name"]["formatted_name"], 1, 1024)
    })
}

fn check_media(kind: &str, media: &Value) -> Check {
    match (media["id"].as_str(), media["link"].as_str()) {
        (Some(_), None) => {}
        (None, Some(link)) => check_link(kind, link)?,
        (Some(_), Some(_)) => {
            return Err(GraphError::invalid(format!("{kind} takes either id or link, not both.")));
        }
        (None, None) => return Err(GraphError::required(&format!("{kind}['id']"))),
    }
    if !media["caption"].is_null() && matches!(kind, "audio" | "sticker") {
        return Err(GraphError::invalid(format!("{kind} takes no caption.")));
    }
    length(&format!("{kind}['caption']"), &media["caption"], 0, 1024)
}

fn check_link(kind: &str, link: &str) -> Check {
    let is_web = url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_web {
        return Ok(());
    }
    Err(GraphError::plain(400, 100, format!("(#100) Param {kind}['link'] is not a valid URL.")))
}

fn check_template(template: &Value) -> Check {
    length("template['name']", &template["name"], 1, 512)?;
    length("template['language']['code']", &template["language"]["code"], 1, 32)?;
    match &template["components"] {
        Value::Null | Value::Array(_) => Ok(()),
        _ => Err(GraphError::plain(400, 100, "(#100) Param template['components'] must be an array.")),
    }
}
