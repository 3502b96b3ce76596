use std::path::PathBuf;

use serde_json::Value;
use switchboard_inbox::incoming::{Body, Content, Incoming, Origin, Party, Said, StatusUpdate};
use switchboard_store::Millis;
use switchboard_webhook::decode::{Item, Route, What, decode};

/// When everything here was received: after the times in the fixtures.
pub(crate) const RECEIVED: Millis = Millis(1_763_800_000_000);

pub(crate) fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name).with_extension("json")).unwrap()
}

pub(crate) fn items(name: &str) -> Vec<Item> {
    decode(&fixture(name), RECEIVED).items
}

/// The one item of a fixture.
pub(crate) fn item(name: &str) -> Item {
    let [item] = items(name).try_into().unwrap();
    item
}

/// The message or echo a fixture holds.
pub(crate) fn said(name: &str) -> Said {
    match item(name).what {
        What::Conversation(Incoming::Message(said) | Incoming::Echo(said)) => said,
        other => panic!("not said: {other:?}"),
    }
}

pub(crate) fn payload(name: &str) -> Value {
    match said(name).content {
        Content::Body(body)
        | Content::Unsupported(body)
        | Content::Edit { body, .. }
        | Content::System { body, .. } => body.payload.unwrap_or_default(),
        other => panic!("no body: {other:?}"),
    }
}

/// What the items of fixtures say, one line each.
pub(crate) fn table(names: &[&str]) -> String {
    let rows =
        names.iter().flat_map(|name| items(name).into_iter().map(move |item| format!("{name} | {}", describe(&item))));
    rows.collect::<Vec<_>>().join("\n")
}

fn describe(item: &Item) -> String {
    let what = match &item.what {
        What::Conversation(Incoming::Message(said)) => format!("message {}", describe_said(said)),
        What::Conversation(Incoming::Echo(said)) => format!("echo {}", describe_said(said)),
        What::Conversation(Incoming::Status(status)) => describe_status(status),
        What::Conversation(Incoming::ContactName { party }) => {
            format!("contact {}", describe_party(party))
        }
        What::Account(event) => format!("account {} {}", event.field, event.event.as_deref().unwrap_or("-")),
        What::Notice { field, value } => format!("notice {field} [{}]", keys(value)),
        What::Leftover { reason, detail } => format!("leftover {reason}: {detail}"),
    };
    format!("{}{what}", describe_route(&item.route))
}

fn describe_route(route: &Route) -> String {
    match route {
        // Nearly all of them.
        Route::PhoneNumberId(id) if id == "106540352242922" => String::new(),
        Route::PhoneNumberId(id) => format!("number {id} | "),
        Route::Waba(id) => format!("waba {id} | "),
        Route::DisplayNumber { waba_id, display_phone_number } => format!("waba {waba_id} +{display_phone_number} | "),
        Route::None => "nobody | ".to_owned(),
    }
}

fn describe_party(party: &Party) -> String {
    let Party { phone, user_id, parent_user_id, username, name } = party;
    let ids = [phone, user_id, parent_user_id].into_iter().flatten().cloned();
    let username = username.iter().map(|username| format!("@{username}"));
    let name = name.iter().map(|name| format!("({name})"));
    ids.chain(username).chain(name).collect::<Vec<_>>().join(" ")
}

fn describe_said(said: &Said) -> String {
    let origin = match said.origin {
        Origin::Live => "",
        Origin::History => " in history",
        Origin::Standby => " in standby",
    };
    let group = said.group_id.iter().map(|id| format!(" in group {id}"));
    let reply = said.reply_to.iter().map(|id| format!(" on {id}"));
    let circumstances: String = group.chain(reply).collect();
    format!("{}{origin}{circumstances}: {}", describe_party(&said.party), describe_content(&said.content))
}

fn describe_content(content: &Content) -> String {
    match content {
        Content::Body(body) => describe_body(body),
        Content::Unsupported(body) => format!("unsupported {}", describe_body(body)),
        Content::Reaction { target, emoji } => {
            format!("reaction to {target} {}", emoji.as_deref().unwrap_or("taken away"))
        }
        Content::Edit { target, body } => format!("edit of {target} {}", describe_body(body)),
        Content::Revoke { target } => format!("revoke of {target}"),
        Content::System { body, change: None } => format!("system {}", describe_body(body)),
        Content::System { body, change: Some(change) } => {
            let before = [&change.previous_phone, &change.previous_user_id].map(|id| id.as_deref().unwrap_or("-"));
            let after = [&change.phone, &change.user_id, &change.parent_user_id].map(|id| id.as_deref().unwrap_or("-"));
            format!("system {} changes {} to {}", describe_body(body), before.join(" "), after.join(" "))
        }
    }
}

fn describe_body(body: &Body) -> String {
    let text = body.text.as_ref().map(|text| format!(" {text:?}")).unwrap_or_default();
    let payload = body.payload.as_ref().map(|payload| format!(" [{}]", keys(payload))).unwrap_or_default();
    format!("{}{text}{payload}", body.kind)
}

fn describe_status(status: &StatusUpdate) -> String {
    let ours = status.message_id.map(|id| format!(" of {id}")).unwrap_or_default();
    let party = status.party.as_ref().map(|party| format!(" by {}", describe_party(party))).unwrap_or_default();
    let error = status.error.as_ref().map(|error| format!(" because of {}", error["code"])).unwrap_or_default();
    format!("{} {}{ours}{party}{error}", status.wamid, status.status)
}

fn keys(value: &Value) -> String {
    value.as_object().map(|members| members.keys().cloned().collect::<Vec<_>>().join(" ")).unwrap_or_default()
}
