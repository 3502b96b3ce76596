//! Codes and access tokens: what they stand for, once.

use std::collections::{HashMap, VecDeque};

use super::people::{Faults, Person};

/// How many may be open; the oldest are forgotten first.
const OPEN_MAX: usize = 1_000;
/// How long a code is good, in milliseconds.
const CODE_LIFE_MS: i64 = 60_000;

/// A sign-in that has gone well at the provider.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) person: Person,
    pub(super) redirect_uri: String,
    pub(super) nonce: Option<String>,
    /// SHA-256 of the verifier, as base64url.
    pub(super) challenge: String,
    pub(super) faults: Faults,
    pub(super) at_ms: i64,
}

/// All that are open.
#[derive(Default)]
pub(crate) struct OidcCodes {
    open: HashMap<String, Grant>,
    order: VecDeque<String>,
}

impl OidcCodes {
    pub(super) fn open(&mut self, text: String, grant: Grant) {
        self.open.insert(text.clone(), grant);
        self.order.push_back(text);
        if self.order.len() > OPEN_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
    }

    /// Uses a code up.
    pub(super) fn take(&mut self, text: &str, now_ms: i64) -> Option<Grant> {
        self.open.remove(text).filter(|grant| now_ms - grant.at_ms < CODE_LIFE_MS)
    }

    /// Whose an access token is; they live on.
    pub(super) fn get(&self, text: &str) -> Option<Grant> {
        self.open.get(text).cloned()
    }
}
