//! Every message the simulated Meta accepted, in order, found by id, number and customer.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};

use super::customers::Customer;
use super::threads::ThreadKey;

/// How many messages are kept; the oldest are forgotten first.
const SENT_KEPT: usize = 200_000;

/// An accepted message.
pub(crate) struct Sent {
    /// Counts accepted messages from 1.
    pub(crate) n: u64,
    pub(crate) wamid: String,
    pub(crate) number_id: String,
    pub(crate) customer: Customer,
    pub(crate) at_ms: i64,
    /// The request's body as it came.
    pub(crate) body: Arc<Value>,
}

impl Sent {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "n": self.n,
            "wamid": self.wamid,
            "phone_number_id": self.number_id,
            "to": self.customer.phone,
            "user_id": self.customer.user_id,
            "at": self.at_ms,
            "body": *self.body,
        })
    }

    pub(crate) fn thread_key(&self) -> ThreadKey {
        ThreadKey { number_id: self.number_id.clone(), user_id: self.customer.user_id.clone() }
    }

    pub(crate) fn opaque(&self) -> Option<&str> {
        self.body["biz_opaque_callback_data"].as_str()
    }
}

/// The messages and the ways to find them. Each index holds positions in ascending order, so
/// forgetting the oldest message takes the first entry of each index.
#[derive(Default)]
pub(crate) struct Ledger {
    kept: VecDeque<Arc<Sent>>,
    accepted: u64,
    by_wamid: HashMap<String, Arc<Sent>>,
    by_number: HashMap<String, VecDeque<Arc<Sent>>>,
    by_customer: HashMap<String, VecDeque<Arc<Sent>>>,
}

impl Ledger {
    pub(crate) fn accept(
        &mut self,
        wamid: String,
        number_id: String,
        customer: Customer,
        at_ms: i64,
        body: Arc<Value>,
    ) -> Arc<Sent> {
        self.accepted += 1;
        let sent = Arc::new(Sent { n: self.accepted, wamid, number_id, customer, at_ms, body });
        self.by_wamid.insert(sent.wamid.clone(), Arc::clone(&sent));
        self.by_number.entry(sent.number_id.clone()).or_default().push_back(Arc::clone(&sent));
        for key in customer_keys(&sent.customer) {
            self.by_customer.entry(key).or_default().push_back(Arc::clone(&sent));
        }
        self.kept.push_back(Arc::clone(&sent));
        if self.kept.len() > SENT_KEPT {
            self.forget_oldest();
        }
        sent
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.kept.pop_front() else {
            return;
        };
        self.by_wamid.remove(&oldest.wamid);
        forget_first(&mut self.by_number, &oldest.number_id);
        for key in customer_keys(&oldest.customer) {
            forget_first(&mut self.by_customer, &key);
        }
    }

    pub(crate) fn by_wamid(&self, wamid: &str) -> Option<Arc<Sent>> {
        self.by_wamid.get(wamid).cloned()
    }

    pub(crate) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Messages of a number, to a customer (phone digits or user id), or of both, after `after`.
    pub(crate) fn find(&self, number_id: Option<&str>, to: Option<&str>, after: u64) -> Vec<Arc<Sent>> {
        let candidates = match (to, number_id) {
            (Some(to), _) => self.by_customer.get(to),
            (None, Some(number)) => self.by_number.get(number),
            (None, None) => Some(&self.kept),
        };
        let Some(candidates) = candidates else {
            return Vec::new();
        };
        let start = candidates.partition_point(|sent| sent.n <= after);
        candidates.range(start..).filter(|sent| number_id.is_none_or(|id| sent.number_id == id)).cloned().collect()
    }
}

fn customer_keys(customer: &Customer) -> impl Iterator<Item = String> + use<> {
    [Some(customer.user_id.clone()), customer.phone.clone()].into_iter().flatten()
}

fn forget_first(index: &mut HashMap<String, VecDeque<Arc<Sent>>>, key: &str) {
    if let Some(entries) = index.get_mut(key) {
        entries.pop_front();
        if entries.is_empty() {
            index.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(phone: &str) -> Customer {
        Customer {
            user_id: format!("US.{phone}"),
            phone: Some(phone.to_owned()),
            name: None,
            username: None,
            hides_phone: false,
        }
    }

    #[test]
    fn the_ledger_forgets_the_oldest_in_every_index() {
        let mut ledger = Ledger::default();
        let body = Arc::new(json!({}));
        for n in 0..=SENT_KEPT {
            let to = if n == 0 { "1" } else { "2" };
            ledger.accept(n.to_string(), "n".to_owned(), customer(to), 0, Arc::clone(&body));
        }
        assert!(ledger.by_wamid("0").is_none());
        assert!(ledger.find(None, Some("1"), 0).is_empty());
        assert_eq!(ledger.find(Some("n"), None, 0).len(), SENT_KEPT);
        assert_eq!(ledger.find(None, Some("US.2"), 0)[0].wamid, "1");
        assert_eq!(ledger.accepted(), SENT_KEPT as u64 + 1);
    }

    #[test]
    fn messages_are_found_by_number_and_customer_together() {
        let mut ledger = Ledger::default();
        let body = Arc::new(json!({}));
        for (id, number) in [("a", "1"), ("b", "2"), ("c", "1")] {
            ledger.accept(id.to_owned(), number.to_owned(), customer("9"), 0, Arc::clone(&body));
        }
        let found: Vec<_> = ledger.find(Some("1"), Some("9"), 1).iter().map(|sent| sent.wamid.clone()).collect();
        assert_eq!(found, ["c"]);
    }
}
