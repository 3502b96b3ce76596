//! The prompts the model was given.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// How many prompts are kept.
const PROMPTS_KEPT: usize = 5_000;

/// The last prompts, the oldest first.
#[derive(Default)]
pub(crate) struct PromptLog {
    prompts: VecDeque<Value>,
    count: u64,
}

impl PromptLog {
    pub(crate) fn add(&mut self, at_ms: i64, request: &Value, answer: &str) {
        self.count += 1;
        if self.prompts.len() == PROMPTS_KEPT {
            self.prompts.pop_front();
        }
        self.prompts.push_back(json!({"n": self.count, "at": at_ms, "request": request, "answer": answer}));
    }

    /// Prompts after the `after`th.
    pub(crate) fn find(&self, after: u64) -> Vec<Value> {
        let is_later = |it: &&Value| it["n"].as_u64().is_some_and(|n| n > after);
        self.prompts.iter().filter(is_later).cloned().collect()
    }
}
