//! Messages of customers: their shape, and the way to the app.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{envelope, sender};
use crate::phone;
use crate::sync::lock;
use crate::world::World;
use crate::world::customers::{Customer, Introduction};
use crate::world::directory::Number;
use crate::world::threads::{Bubble, Progress, Side, ThreadKey};

/// What the customer sends.
pub(crate) struct Inbound {
    pub(crate) number: Arc<Number>,
    pub(crate) from: Introduction,
    /// The message without its ids and time, such as `{"type":"text","text":{"body":"…"}}`.
    pub(crate) message: Map<String, Value>,
    pub(crate) wamid: Option<String>,
    /// Seconds since the epoch; now when absent.
    pub(crate) timestamp_s: Option<i64>,
    /// How often the same message is in the webhook.
    pub(crate) copies: usize,
}

/// The answer to a customer's message.
pub(crate) struct Delivered {
    pub(crate) wamid: String,
    pub(crate) user_id: String,
    /// Of the receiver to the first try; `None` when there was no answer or nobody to send to.
    pub(crate) http_status: Option<u16>,
}

/// An entry of `contacts[]`.
pub(crate) fn contact(customer: &Customer) -> Value {
    let mut profile = Map::new();
    if let Some(name) = &customer.name {
        profile.insert("name".into(), json!(name));
    }
    if let Some(username) = &customer.username {
        profile.insert("username".into(), json!(username));
    }
    let mut contact = Map::new();
    contact.insert("profile".into(), Value::Object(profile));
    if let Some(phone) = customer.phone.as_ref().filter(|_| !customer.hides_phone) {
        contact.insert("wa_id".into(), json!(phone));
    }
    contact.insert("user_id".into(), json!(customer.user_id));
    Value::Object(contact)
}

/// Takes a message from a customer's phone and posts it to the app.
pub(crate) async fn receive(world: &Arc<World>, inbound: Inbound) -> Delivered {
    let number = &inbound.number;
    let customer = world.meet(&number.business_id, inbound.from);
    let wamid = inbound.wamid.unwrap_or_else(|| crate::ids::wamid(customer.phone.as_deref().unwrap_or_default()));
    let at_ms = inbound.timestamp_s.map_or_else(|| world.clock.now_ms(), |s| s.saturating_mul(1000));
    let message = stamped(inbound.message, &customer, &wamid, at_ms.div_euclid(1000));
    let key = ThreadKey { number_id: number.id.clone(), user_id: customer.user_id.clone() };
    note(world, &key, &customer, &wamid, at_ms, &message);
    let mut value = envelope::number_value(number);
    value["contacts"] = json!([contact(&customer)]);
    value["messages"] = std::iter::repeat_n(message, inbound.copies.max(1)).collect();
    let webhook = envelope::webhook(&number.waba_id, world.clock.now_s(), "messages", &value);
    let url = world.messages_callback(&number.id);
    let http_status = sender::deliver(world, url, &webhook).await;
    let moves = || lock(&world.threads).progress(&key, &wamid, Progress::Delivered) == Some(Progress::Sent);
    if http_status == Some(200) && moves() {
        phone::publish_progress(world, key, vec![wamid.clone()], Progress::Delivered);
    }
    Delivered { wamid, user_id: customer.user_id, http_status }
}

/// Puts ids and time on a message, where it does not bring its own.
fn stamped(mut message: Map<String, Value>, customer: &Customer, wamid: &str, at_s: i64) -> Value {
    if let Some(phone) = customer.phone.as_ref().filter(|_| !customer.hides_phone) {
        message.entry("from").or_insert_with(|| json!(phone));
    }
    message.entry("from_user_id").or_insert_with(|| json!(customer.user_id));
    message.entry("id").or_insert_with(|| json!(wamid));
    message.entry("timestamp").or_insert_with(|| json!(at_s.to_string()));
    Value::Object(message)
}

/// Opens the window and shows the message on the phone page.
fn note(world: &World, key: &ThreadKey, customer: &Customer, wamid: &str, at_ms: i64, message: &Value) {
    let bubble = Bubble {
        id: wamid.to_owned(),
        side: Side::Customer,
        at: at_ms,
        message: Arc::new(message.clone()),
        progress: Progress::Sent,
    };
    let mut threads = lock(&world.threads);
    threads.open_window(key, at_ms);
    threads.add(key, customer, bubble.clone());
    drop(threads);
    phone::publish_bubble(world, key.clone(), bubble);
}

/// Learns from a webhook that somebody else composed: its messages open windows, so that they can
/// be answered. Whatever is not understood is passed over.
pub(crate) fn learn(world: &World, webhook: &Value) {
    let items = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    for entry in items(webhook, "entry") {
        for change in items(&entry, "changes") {
            if change["field"] == "messages" {
                learn_value(world, &change["value"]);
            }
        }
    }
}

fn learn_value(world: &World, value: &Value) {
    let number = value["metadata"]["phone_number_id"].as_str().and_then(|id| world.number(id));
    let (Some(number), Some(messages)) = (number, value["messages"].as_array()) else {
        return;
    };
    for message in messages {
        let text = |key: &str| message[key].as_str().map(str::to_owned);
        let from = Introduction {
            phone: text("from").and_then(|from| crate::text::phone_digits(&from)),
            user_id: text("from_user_id"),
            hides_phone: message["from"].is_null(),
            ..Introduction::default()
        };
        if from.phone.is_none() && from.user_id.is_none() {
            continue;
        }
        let customer = world.meet(&number.business_id, from);
        let key = ThreadKey { number_id: number.id.clone(), user_id: customer.user_id.clone() };
        let said = text("timestamp").and_then(|at| at.parse().ok());
        let at_ms = said.map_or_else(|| world.clock.now_ms(), |s: i64| s.saturating_mul(1000));
        note(world, &key, &customer, &text("id").unwrap_or_default(), at_ms, message);
    }
}
