//! Chats between a customer and a number, as the phone in the browser shows them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::customers::Customer;

/// How many messages of a chat are kept.
const BUBBLES_KEPT: usize = 200;
/// How many chats are kept; the oldest are forgotten first.
const THREADS_KEPT: usize = 200_000;
/// How many inbound messages can still be found by id.
const INBOUND_KEPT: usize = 200_000;
/// The customer's last message opens the service window for this long, in milliseconds.
pub(crate) const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;

/// One chat: a number and a customer's user id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ThreadKey {
    pub(crate) number_id: String,
    pub(crate) user_id: String,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Customer,
    Business,
}

/// How far a message came. Goes forward only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    Sent,
    Delivered,
    Read,
}

/// One message of a chat.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Bubble {
    pub(crate) id: String,
    pub(crate) side: Side,
    /// Milliseconds since the epoch.
    pub(crate) at: i64,
    pub(crate) message: Arc<Value>,
    pub(crate) progress: Progress,
}

/// A chat and what the service window needs.
#[derive(Default)]
struct Thread {
    last_inbound_ms: Option<i64>,
    customer: Option<Customer>,
    bubbles: VecDeque<Bubble>,
}

/// All chats.
#[derive(Default)]
pub(crate) struct Threads {
    chats: HashMap<ThreadKey, Thread>,
    order: VecDeque<ThreadKey>,
    inbound: HashMap<String, ThreadKey>,
    inbound_order: VecDeque<String>,
}

impl Threads {
    /// Adds a message of either side.
    pub(crate) fn add(&mut self, key: &ThreadKey, customer: &Customer, bubble: Bubble) {
        if bubble.side == Side::Customer {
            self.index_inbound(key, &bubble.id);
        }
        let thread = self.thread(key);
        thread.customer = Some(customer.clone());
        if thread.bubbles.len() == BUBBLES_KEPT {
            thread.bubbles.pop_front();
        }
        thread.bubbles.push_back(bubble);
    }

    /// The customer wrote at `at_ms`, which opens the window.
    pub(crate) fn open_window(&mut self, key: &ThreadKey, at_ms: i64) {
        let thread = self.thread(key);
        thread.last_inbound_ms = thread.last_inbound_ms.max(Some(at_ms));
    }

    pub(crate) fn window_is_open(&self, key: &ThreadKey, now_ms: i64) -> bool {
        self.chats.get(key).and_then(|thread| thread.last_inbound_ms).is_some_and(|last| now_ms - last < WINDOW_MS)
    }

    /// The chat an inbound message belongs to.
    pub(crate) fn of_inbound(&self, wamid: &str) -> Option<ThreadKey> {
        self.inbound.get(wamid).cloned()
    }

    /// Moves one message forward, and never back; answers where it was, if it is still kept.
    pub(crate) fn progress(&mut self, key: &ThreadKey, id: &str, to: Progress) -> Option<Progress> {
        let thread = self.chats.get_mut(key)?;
        let bubble = thread.bubbles.iter_mut().rev().find(|bubble| bubble.id == id)?;
        let before = bubble.progress;
        bubble.progress = before.max(to);
        Some(before)
    }

    /// Marks the messages of `side` as read, up to and with `until` or all of them; answers the
    /// those that were not yet, with where they were, the oldest first.
    pub(crate) fn read(&mut self, key: &ThreadKey, side: Side, until: Option<&str>) -> Vec<(String, Progress)> {
        let Some(thread) = self.chats.get_mut(key) else {
            return Vec::new();
        };
        let end = until
            .and_then(|id| thread.bubbles.iter().position(|bubble| bubble.id == id))
            .map_or(thread.bubbles.len(), |last| last + 1);
        thread
            .bubbles
            .iter_mut()
            .take(end)
            .filter(|bubble| bubble.side == side && bubble.progress < Progress::Read)
            .map(|bubble| {
                let before = std::mem::replace(&mut bubble.progress, Progress::Read);
                (bubble.id.clone(), before)
            })
            .collect()
    }

    pub(crate) fn bubbles(&self, key: &ThreadKey) -> Vec<Bubble> {
        self.chats.get(key).map(|thread| thread.bubbles.iter().cloned().collect()).unwrap_or_default()
    }

    /// The chats of the last customers who wrote or were written to, the newest first.
    pub(crate) fn recent(&self, count: usize) -> Vec<(ThreadKey, Customer)> {
        self.order
            .iter()
            .rev()
            .filter_map(|key| {
                let customer = self.chats.get(key)?.customer.clone()?;
                Some((key.clone(), customer))
            })
            .take(count)
            .collect()
    }

    fn thread(&mut self, key: &ThreadKey) -> &mut Thread {
        if !self.chats.contains_key(key) {
            self.order.push_back(key.clone());
            if self.order.len() > THREADS_KEPT
                && let Some(oldest) = self.order.pop_front()
            {
                self.chats.remove(&oldest);
            }
        }
        self.chats.entry(key.clone()).or_default()
    }

    fn index_inbound(&mut self, key: &ThreadKey, wamid: &str) {
        if self.inbound.insert(wamid.to_owned(), key.clone()).is_some() {
            return;
        }
        self.inbound_order.push_back(wamid.to_owned());
        if self.inbound_order.len() > INBOUND_KEPT
            && let Some(oldest) = self.inbound_order.pop_front()
        {
            self.inbound.remove(&oldest);
        }
    }
}
