//! A message as it is stored: what kind, what it says, and the rest.

use serde_json::{Map, Value};
use switchboard_inbox::incoming::{Body, Content};

use super::{
    identity,
    json::{self, Lenient},
    render::{Rendering, render},
};

/// Members of a message that [`switchboard_inbox::incoming::Said`] tells in its own words.
const TOLD_ELSEWHERE: [&str; 13] = [
    "from",
    "from_parent_user_id",
    "from_user_id",
    "group_id",
    "id",
    "messaging_product",
    "recipient",
    "recipient_type",
    "timestamp",
    "to",
    "to_parent_user_id",
    "to_user_id",
    "type",
];

/// The types that may be recognised by their object where `type` is missing.
const TYPES: [&str; 18] = [
    "audio",
    "button",
    "contacts",
    "document",
    "edit",
    "image",
    "interactive",
    "location",
    "order",
    "reaction",
    "revoke",
    "sticker",
    "system",
    "template",
    "text",
    "unsupported",
    "video",
    "voice",
];

/// What a message says. One of an unknown type, or without the object its type promises, is kept whole as unsupported,
/// together with `stray_errors`: Meta at times puts the reason beside the list.
pub(super) fn content(message: &Value, stray_errors: Option<&Value>) -> Content {
    let kind = kind(message);
    let object = message.get(kind).unwrap_or(&Value::Null);
    let understood = match kind {
        "reaction" => object.id("message_id").map(|target| {
            let emoji = object.text("emoji").map(json::name);
            Content::Reaction { target, emoji }
        }),
        "edit" => edit(object),
        "revoke" => object.id("original_message_id").map(|target| Content::Revoke { target }),
        "system" | "request_welcome" => Some(system(kind, message)),
        _ => body(kind, message).map(Content::Body),
    };
    understood.unwrap_or_else(|| Content::Unsupported(unreadable(kind, message, stray_errors)))
}

fn kind(message: &Value) -> &str {
    let by_object = || TYPES.into_iter().find(|kind| message.filled(kind).is_some());
    message.text("type").map(json::brief).or_else(by_object).unwrap_or("unknown")
}

fn edit(object: &Value) -> Option<Content> {
    let message = object.object("message")?;
    let kind = kind(message);
    let body = body(kind, message).unwrap_or_else(|| unreadable(kind, message, None));
    Some(Content::Edit { target: object.id("original_message_id")?, body })
}

/// Said by WhatsApp: a changed number, user id or security code; or a chat opened for the first time, which is no question.
fn system(kind: &str, message: &Value) -> Content {
    let text = message.get("system").and_then(|system| system.text("body")).map(json::text);
    let body = Body { kind: kind.to_owned(), text, payload: rest(message) };
    Content::System { body, change: identity::change(message) }
}

fn body(kind: &str, message: &Value) -> Option<Body> {
    let text = match render(kind, message.get(kind)?) {
        Rendering::Says(text) => Some(json::text(&text)),
        Rendering::Silent => None,
        Rendering::Unreadable => return None,
    };
    let mut payload = rest(message);
    if kind == "text" {
        payload = payload.and_then(without_text);
    }
    // The old name of a voice note.
    if kind == "voice" {
        return Some(Body { kind: "audio".to_owned(), text, payload: payload.map(voice_as_audio) });
    }
    Some(Body { kind: kind.to_owned(), text, payload })
}

fn unreadable(kind: &str, message: &Value, stray_errors: Option<&Value>) -> Body {
    let mut payload = message.clone();
    if let (Some(errors), Value::Object(members)) = (stray_errors, &mut payload) {
        members.insert("errors".to_owned(), errors.clone());
    }
    Body { kind: kind.to_owned(), text: None, payload: Some(payload) }
}

/// The object of the type under its name, and `context`, `referral`, `errors` and whatever else stands beside it.
fn rest(message: &Value) -> Option<Value> {
    let told = |name: &str| TOLD_ELSEWHERE.contains(&name);
    let rest: Map<_, _> = message
        .as_object()?
        .iter()
        .filter(|(name, _)| !told(name))
        .map(|(name, member)| (name.clone(), member.clone()))
        .collect();
    (!rest.is_empty()).then_some(Value::Object(rest))
}

fn without_text(mut payload: Value) -> Option<Value> {
    let members = payload.as_object_mut()?;
    let says_more = match members.get_mut("text").and_then(Value::as_object_mut) {
        Some(text) => text.remove("body").is_none() || !text.is_empty(),
        None => true,
    };
    if !says_more {
        members.remove("text");
    }
    (!members.is_empty()).then_some(payload)
}

fn voice_as_audio(mut payload: Value) -> Value {
    if let Some(members) = payload.as_object_mut()
        && let Some(mut voice) = members.remove("voice")
    {
        if let Some(voice) = voice.as_object_mut() {
            voice.insert("voice".to_owned(), Value::Bool(true));
        }
        members.insert("audio".to_owned(), voice);
    }
    payload
}
