use std::{fmt, sync::Arc};

use serde_json::Value;
use switchboard_inbox::incoming::Incoming;
use switchboard_onboarding::AccountEvent;
use switchboard_store::LeftoverReason;

use super::{Route, place::Place};

/// One thing a delivery tells.
#[derive(Clone)]
pub struct Item {
    pub route: Route,
    pub what: What,
    source: Source,
}

#[derive(Clone)]
enum Source {
    /// The delivery the item was read from, shared by all its items, and the place there.
    Delivery(Arc<Value>, Place),
    /// A body that could not be taken apart.
    Body(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly every item is of the largest variant")]
pub enum What {
    Conversation(Incoming),
    Account(AccountEvent),
    /// Understood, but of no use yet.
    Notice {
        /// The field of the delivery, such as `message_template_status_update`.
        field: String,
        value: Value,
    },
    /// Not understood.
    Leftover {
        reason: LeftoverReason,
        /// For people: a few English words.
        detail: String,
    },
}

impl Item {
    pub(super) fn new(route: Route, what: What, delivery: &Arc<Value>, place: Place) -> Self {
        Self { route, what, source: Source::Delivery(Arc::clone(delivery), place) }
    }

    pub(super) fn undecodable(body: &[u8], reason: LeftoverReason, detail: String) -> Self {
        let what = What::Leftover { reason, detail };
        Self { route: Route::None, what, source: Source::Body(body.to_vec()) }
    }

    /// A delivery that holds this item and nothing else. Decoding it gives this item again.
    ///
    /// Built when it is asked for: most items are never looked at twice.
    pub fn as_delivery(&self) -> Vec<u8> {
        match &self.source {
            Source::Delivery(delivery, place) => place.cut_out(delivery).to_string().into_bytes(),
            Source::Body(body) => body.clone(),
        }
    }
}

/// Without the delivery: the items of a batch would otherwise each print the whole batch.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item").field("route", &self.route).field("what", &self.what).finish_non_exhaustive()
    }
}
