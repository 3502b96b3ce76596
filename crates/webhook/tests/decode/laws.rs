//! What holds for any bytes whatever. Also the body of the fuzz target, which includes this file.

use serde_json::Value;
use switchboard_store::Millis;
use switchboard_webhook::decode::decode;

const RECEIVED: Millis = Millis(1_763_800_000_000);

/// Panics where a law is broken: nothing is dropped, and every item survives being delivered alone.
pub(crate) fn hold_for(body: &[u8]) {
    let items = decode(body, RECEIVED).items;
    assert!(!items.is_empty(), "a delivery was dropped");
    if let Ok(root) = serde_json::from_slice::<Value>(body) {
        assert!(items.len() >= told(&root), "{} items for {} things told", items.len(), told(&root));
    }
    for item in &items {
        let alone = item.as_delivery();
        let again = decode(&alone, RECEIVED).items;
        let again: Vec<_> = again.iter().map(|item| (&item.route, &item.what)).collect();
        assert_eq!(again, [(&item.route, &item.what)], "delivered alone: {}", String::from_utf8_lossy(&alone));
    }
}

/// How many messages, echoes and statuses a delivery holds where they belong. Counted without any of the decoder's code.
fn told(root: &Value) -> usize {
    match root.get("object") {
        Some(Value::String(object)) if !object.is_empty() && object != "whatsapp_business_account" => {
            return 1;
        }
        _ => {}
    }
    let changes = list(root, "entry").flat_map(|entry| list(entry, "changes"));
    changes.filter(|change| tells_of_conversations(change)).filter_map(|change| change.get("value")).map(told_by).sum()
}

fn tells_of_conversations(change: &Value) -> bool {
    let field = change.get("field").and_then(Value::as_str);
    matches!(field, Some("messages" | "history" | "smb_message_echoes" | "standby"))
}

fn told_by(value: &Value) -> usize {
    let threads = list(value, "history").flat_map(|chunk| list(chunk, "threads"));
    let of_the_past: usize = threads.map(|thread| objects(thread, "messages")).sum();
    let lists =
        |holder| ["messages", "message_echoes", "statuses"].map(|name| objects(holder, name)).iter().sum::<usize>();
    of_the_past + lists(value) + list(value, "standby").map(lists).sum::<usize>()
}

fn objects(holder: &Value, name: &str) -> usize {
    list(holder, name).filter(|item| item.is_object()).count()
}

/// A list, or one object in its place.
fn list<'a>(holder: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let (items, single) = match holder.get(name) {
        Some(Value::Array(items)) => (items.as_slice(), None),
        single => (&[] as &[Value], single.filter(|single| single.is_object())),
    };
    items.iter().chain(single)
}
