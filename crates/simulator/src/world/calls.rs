//! The log of calls to the Graph API: never a query, a header or a body, so never a token.

use std::collections::VecDeque;

use serde::Serialize;

/// How many calls are kept.
const CALLS_KEPT: usize = 20_000;

/// One call.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    pub(crate) n: u64,
    pub(crate) at: i64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
}

/// The last calls, in the order they were answered.
#[derive(Default)]
pub(crate) struct CallLog {
    calls: VecDeque<Call>,
    count: u64,
}

impl CallLog {
    pub(crate) fn add(&mut self, at: i64, method: String, path: String, status: u16) {
        self.count += 1;
        if self.calls.len() == CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(Call { n: self.count, at, method, path, status });
    }

    /// Calls after the `after`th whose path contains `path`.
    pub(crate) fn find(&self, after: u64, path: &str) -> Vec<Call> {
        self.calls.iter().filter(|call| call.n > after && call.path.contains(path)).cloned().collect()
    }
}
