//! Status webhooks: their shape, their order, and their way out in batches.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use super::{envelope, sender};
use crate::phone;
use crate::sync::lock;
use crate::world::World;
use crate::world::ledger::Sent;
use crate::world::settings::{Delay, StatusMode};
use crate::world::threads::Progress;

/// Statuses of one number stay in order because they go through one queue; numbers share these.
const QUEUES: usize = 8;
/// How many statuses may wait in a queue; more are dropped.
const QUEUE_LENGTH: usize = 50_000;
/// Meta sends at most 1000 updates in one webhook; batches of this size keep bodies small.
const BATCH: usize = 100;

/// A status on its way out.
pub(crate) struct Item {
    pub(crate) sent: Arc<Sent>,
    pub(crate) contact: Option<Value>,
    pub(crate) status: Value,
}

/// The queues' ends to put statuses in.
pub(crate) struct Queues(Vec<mpsc::Sender<Item>>);

/// The queues' ends that [`run`] takes them from.
pub(crate) struct Outlets(Vec<mpsc::Receiver<Item>>);

pub(crate) fn queues() -> (Queues, Outlets) {
    let (senders, receivers) = (0..QUEUES).map(|_| mpsc::channel(QUEUE_LENGTH)).unzip();
    (Queues(senders), Outlets(receivers))
}

/// Starts the workers that post what is queued, until the simulator stops.
pub(crate) fn run(world: &Arc<World>, outlets: Outlets) {
    for mut outlet in outlets.0 {
        let world = Arc::clone(world);
        let runtime = world.runtime.clone();
        runtime.spawn(async move {
            let stopping = world.stopping.clone();
            stopping.run_until_cancelled(post_queued(&world, &mut outlet)).await;
        });
    }
}

async fn post_queued(world: &Arc<World>, outlet: &mut mpsc::Receiver<Item>) {
    let mut batch = Vec::with_capacity(BATCH);
    while outlet.recv_many(&mut batch, BATCH).await > 0 {
        post_batch(world, &batch).await;
        batch.clear();
    }
}

/// Groups a batch by callback, WABA and number, and posts it.
async fn post_batch(world: &Arc<World>, batch: &[Item]) -> Option<u16> {
    let mut by_callback: BTreeMap<String, BTreeMap<&str, Vec<&Item>>> = BTreeMap::new();
    for item in batch {
        let number_id = item.sent.number_id.as_str();
        if let Some(url) = world.messages_callback(number_id) {
            by_callback.entry(url).or_default().entry(number_id).or_default().push(item);
        }
    }
    let mut answer = None;
    for (url, numbers) in by_callback {
        let entries: Vec<Value> =
            numbers.into_iter().filter_map(|(number_id, items)| number_entry(world, number_id, &items)).collect();
        let webhook = envelope::webhook_of(&entries);
        answer = sender::deliver(world, Some(url), &webhook).await;
    }
    answer
}

fn number_entry(world: &World, number_id: &str, items: &[&Item]) -> Option<Value> {
    let number = world.number(number_id)?;
    let mut value = envelope::number_value(&number);
    let mut contacts: Vec<Value> = items.iter().filter_map(|item| item.contact.clone()).collect();
    contacts.dedup();
    if !contacts.is_empty() {
        value["contacts"] = json!(contacts);
    }
    value["statuses"] = items.iter().map(|item| item.status.clone()).collect();
    let changes = [envelope::change("messages", &value)];
    Some(envelope::entry(&number.waba_id, world.clock.now_s(), &changes))
}

/// A status of an accepted message. `errors` go with `failed`, which has no contact.
pub(crate) fn item(world: &World, sent: &Arc<Sent>, status: &str, at_s: i64, errors: Option<Value>) -> Item {
    let mut body = Map::new();
    body.insert("id".into(), json!(sent.wamid));
    body.insert("status".into(), json!(status));
    body.insert("timestamp".into(), json!(at_s.to_string()));
    let customer = &sent.customer;
    if let Some(phone) = customer.phone.as_ref().filter(|_| !customer.hides_phone) {
        body.insert("recipient_id".into(), json!(phone));
    }
    let failed = status == "failed";
    // Left out of failures of messages that were addressed to a phone.
    if !failed || sent.body["to"].is_null() {
        body.insert("recipient_user_id".into(), json!(customer.user_id));
    }
    if let Some(opaque) = sent.opaque() {
        body.insert("biz_opaque_callback_data".into(), json!(opaque));
    }
    if let Some(errors) = errors {
        body.insert("errors".into(), errors);
    } else if !failed {
        body.insert("pricing".into(), pricing(world, sent));
    }
    let contact = (!failed).then(|| super::inbound::contact(customer));
    Item { sent: Arc::clone(sent), contact, status: Value::Object(body) }
}

fn pricing(world: &World, sent: &Sent) -> Value {
    let category = sent.body["template"]["name"]
        .as_str()
        .and_then(|name| world.template_category(&sent.number_id, name))
        .unwrap_or_else(|| "service".to_owned());
    json!({"billable": true, "pricing_model": "PMP", "category": category, "type": "regular"})
}

/// Queues a status behind the earlier ones of its number.
pub(crate) fn enqueue(world: &World, item: Item) {
    let mut hasher = DefaultHasher::new();
    item.sent.number_id.hash(&mut hasher);
    let queues = &world.hooks.statuses.0;
    let at = usize::try_from(hasher.finish() % queues.len() as u64).unwrap_or(0);
    if queues[at].try_send(item).is_err() {
        world.hooks.give_up();
    }
}

/// Posts one status at once, past the queue; the receiver's status.
pub(crate) async fn post_now(world: &Arc<World>, item: Item) -> Option<u16> {
    post_batch(world, &[item]).await
}

/// Lets the statuses of a message that was just accepted come as the mode says.
pub(crate) fn follow(world: &Arc<World>, sent: Arc<Sent>) {
    let mode = world.settings.status_mode();
    let course: &[&str] = match mode {
        StatusMode::Manual => return,
        StatusMode::Auto | StatusMode::Duplicate => &["sent", "delivered"],
        StatusMode::Reversed => &["read", "delivered", "sent"],
    };
    let copies = if mode == StatusMode::Duplicate { 2 } else { 1 };
    let world = Arc::clone(world);
    let runtime = world.runtime.clone();
    runtime.spawn(async move {
        let tell = |status: &str| {
            for _ in 0..copies {
                enqueue(&world, item(&world, &sent, status, world.clock.now_s(), None));
            }
        };
        for (step, status) in course.iter().enumerate() {
            world.settings.wait(if step == 0 { Delay::Sent } else { Delay::Delivered }).await;
            tell(status);
            // Who had the chat open read it before it was told that it is delivered.
            if progress(&world, &sent, status) == Some(Progress::Read) && mode != StatusMode::Reversed {
                tell("read");
            }
        }
    });
}

/// Shows a status on the phone page; answers where the message was before.
pub(crate) fn progress(world: &World, sent: &Sent, status: &str) -> Option<Progress> {
    let to = match status {
        "delivered" => Progress::Delivered,
        "read" | "played" => Progress::Read,
        _ => return None,
    };
    let key = sent.thread_key();
    let before = lock(&world.threads).progress(&key, &sent.wamid, to)?;
    if before < to {
        phone::publish_progress(world, key, vec![sent.wamid.clone()], to);
    }
    Some(before)
}
