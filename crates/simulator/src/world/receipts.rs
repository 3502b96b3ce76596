//! What customers were shown of their messages.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// How many are kept.
const KEPT: usize = 10_000;

/// The last of them, the oldest first.
#[derive(Default)]
pub(crate) struct ReceiptLog(VecDeque<Value>);

impl ReceiptLog {
    pub(crate) fn add(&mut self, number_id: &str, message_id: &str, typing: bool) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(json!({"number_id": number_id, "message_id": message_id, "typing": typing}));
    }

    pub(crate) fn all(&self) -> Vec<&Value> {
        self.0.iter().collect()
    }
}
