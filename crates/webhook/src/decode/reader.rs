use std::sync::Arc;

use serde_json::Value;
use switchboard_inbox::incoming::Incoming;
use switchboard_store::{LeftoverReason, Millis};

use super::{
    Item, Route, What,
    place::{Place, Spot},
};

/// Collects the items of one delivery.
pub(super) struct Reader {
    delivery: Arc<Value>,
    pub(super) received_at: Millis,
    items: Vec<Item>,
}

impl Reader {
    pub(super) fn new(delivery: Value, received_at: Millis) -> Self {
        Self { delivery: Arc::new(delivery), received_at, items: Vec::new() }
    }

    pub(super) fn read(mut self) -> Vec<Item> {
        let delivery = Arc::clone(&self.delivery);
        for entry in Spot::root(&delivery).each("entry") {
            self.entry(&entry);
        }
        self.items
    }

    pub(super) fn count(&self) -> usize {
        self.items.len()
    }

    pub(super) fn push(&mut self, route: &Route, place: Place, what: What) {
        self.items.push(Item::new(route.clone(), what, &self.delivery, place));
    }

    pub(super) fn conversation(&mut self, route: &Route, place: Place, incoming: Incoming) {
        self.push(route, place, What::Conversation(incoming));
    }

    pub(super) fn notice(&mut self, route: &Route, place: Place, field: &str, value: Value) {
        self.push(route, place, What::Notice { field: field.to_owned(), value });
    }

    pub(super) fn malformed(&mut self, route: &Route, place: Place, detail: &str) {
        self.leftover(route, place, LeftoverReason::Malformed, detail.to_owned());
    }

    pub(super) fn leftover(&mut self, route: &Route, place: Place, reason: LeftoverReason, detail: String) {
        self.push(route, place, What::Leftover { reason, detail });
    }
}
