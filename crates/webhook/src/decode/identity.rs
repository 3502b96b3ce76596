//! Customers who changed number or got another user id, as WhatsApp tells it in `system` messages.

use serde_json::{Value, json};
use switchboard_inbox::incoming::{Body, Content, IdentityChange, Party};

use super::{
    json::Lenient,
    party::{self, CONTACT, Named, SENDER},
};

/// What changed, if the message is a `system` message that tells of a change.
///
/// Meta's older variants lack the previous ids: they are then the sender's, else the ones in the text, which reads
/// `User … changed from … to …`.
pub(super) fn change(message: &Value) -> Option<IdentityChange> {
    let system = message.object("system")?;
    let told =
        matches!(system.text("type")?, "user_changed_number" | "customer_changed_number" | "user_changed_user_id");
    let change = if told { compare(message, system) } else { IdentityChange::default() };
    (change != IdentityChange::default()).then_some(change)
}

fn compare(message: &Value, system: &Value) -> IdentityChange {
    let sender = Named::read(message, &SENDER).party;
    let new = Named::read(system, &CONTACT).party;
    let words = Words::of(system.text("body").unwrap_or_default());

    let new_wa_id = || system.id("new_wa_id").and_then(|phone| party::digits(&phone));
    let phone = new.phone.or_else(new_wa_id).or(words.phone.1);
    let previous_phone = phone.is_some().then_some([sender.phone, words.phone.0]);
    let user_id = new.user_id.or(words.user_id.1);
    let previous_user_id =
        user_id.is_some().then_some([system.id("previous_user_id"), sender.user_id, words.user_id.0]);
    IdentityChange {
        previous_phone: first_other_than(phone.as_ref(), previous_phone.into_iter().flatten()),
        previous_user_id: first_other_than(user_id.as_ref(), previous_user_id.into_iter().flatten()),
        phone,
        user_id,
        parent_user_id: new.parent_user_id,
    }
}

fn first_other_than(new: Option<&String>, previous: impl Iterator<Item = Option<String>>) -> Option<String> {
    previous.flatten().find(|previous| Some(previous) != new)
}

/// The last two phones and the last two user ids of a text: before, and after.
#[derive(Default)]
struct Words {
    phone: (Option<String>, Option<String>),
    user_id: (Option<String>, Option<String>),
}

impl Words {
    fn of(text: &str) -> Self {
        let words = || text.split_whitespace().map(|word| word.trim_matches(['.', ',', ';', ':', '!', '(', ')', '"']));
        // Shorter numbers are part of somebody's name.
        let phones = words().filter_map(party::digits).filter(|phone| phone.len() >= 7);
        let user_ids = words().filter(|word| party::is_user_id(word)).map(str::to_owned);
        Self { phone: last_two(phones), user_id: last_two(user_ids) }
    }
}

fn last_two(all: impl Iterator<Item = String>) -> (Option<String>, Option<String>) {
    match all.collect::<Vec<_>>().as_slice() {
        [.., before, after] => (Some(before.clone()), Some(after.clone())),
        _ => (None, None),
    }
}

/// The customer a `system` message without a sender is about, as they were known before the change.
pub(super) fn who(message: &Value) -> Named {
    let change = change(message).unwrap_or_default();
    let before = Party { phone: change.previous_phone, user_id: change.previous_user_id, ..Party::default() };
    match message.object("system") {
        _ if before != Party::default() => Named::from(before),
        Some(system) => Named::read(system, &CONTACT),
        None => Named::default(),
    }
}

/// `user_id: {previous, current}`, and the same for the parent.
pub(super) fn user_id_update(update: &Value) -> Option<IdentityChange> {
    let user_id = update.object("user_id")?;
    Some(IdentityChange {
        previous_user_id: user_id.id("previous"),
        user_id: Some(user_id.id("current")?),
        parent_user_id: update.get("parent_user_id").and_then(|parent| parent.id("current")),
        ..IdentityChange::default()
    })
}

pub(super) fn updated(update: &Value, change: IdentityChange) -> Content {
    let text = update.text("detail").map(super::json::text);
    let payload = Some(json!({ "user_id_update": update }));
    Content::System { body: Body { kind: "system".to_owned(), text, payload }, change: Some(change) }
}
