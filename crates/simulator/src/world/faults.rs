//! Faults on demand.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::sync::lock;

/// What a fault may be set on: groups of Graph calls, the webhook, the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultOn {
    Messages,
    /// What is shown to customers of their messages: that they were read, that an answer is being written.
    Receipts,
    Oauth,
    DebugToken,
    Waba,
    Businesses,
    PhoneNumbers,
    Number,
    Register,
    Deregister,
    SubscribedApps,
    SmbAppData,
    SystemUserAccessTokens,
    Media,
    Templates,
    Embeddings,
    /// An answer of a certain shape, whatever goes wrong: the server does not know how.
    ResponseFormat,
    /// Tools, whatever goes wrong: the server does not know of them, and says so with 400 or the status of the fault.
    Tools,
    /// The business's own server.
    Shop,
    /// A prompt with pictures, whatever goes wrong: the model cannot see.
    Pictures,
    /// What the simulator sends to the app's callback.
    Webhook,
    Model,
    /// The model that writes recordings down.
    Transcriptions,
    /// The server that translates, and the model where it is asked to.
    Translate,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// 130429; the model answers 429.
    ThrottleNumber,
    /// 131056; the model answers 429.
    ThrottlePair,
    /// 131047.
    WindowClosed,
    /// 190; the model answers 401.
    TokenDead,
    /// HTTP 500 with 131000.
    ServerError,
    /// Holds the request, then drops the connection; nothing was accepted. On the webhook: the
    /// delivery is held that long.
    Timeout,
    /// Does what was asked, then drops the connection.
    AcceptedNoAnswer,
    /// HTTP 200 with something that is not JSON.
    Garbage,
    /// HTTP 200 without a body; the model answers an empty text.
    Empty,
    /// The model answers with what it was told last, to the letter.
    Parrot,
    /// The model refuses.
    Refusal,
    /// The model answers this, to the letter.
    Says(String),
    /// The model that makes vectors refuses a request with a text of more characters.
    LongerThan(usize),
    /// The webhook is sent twice.
    Duplicate,
    /// The webhook is not sent.
    Drop,
    /// The webhook is signed with another secret.
    BadSignature,
    /// Any error code of Meta's, or of the model's HTTP status.
    #[serde(untagged)]
    Code {
        code: i64,
        http_status: u16,
        /// Answered as a `Retry-After` header, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
}

/// A fault and when it happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    pub(crate) on: FaultOn,
    pub(crate) kind: FaultKind,
    /// How often; for ever when absent.
    #[serde(default)]
    pub(crate) times: Option<u32>,
    /// How long [`FaultKind::Timeout`] holds, in milliseconds.
    #[serde(default = "default_hold_ms")]
    pub(crate) hold_ms: u64,
    /// Only for messages of this number.
    #[serde(default)]
    pub(crate) phone_number_id: Option<String>,
    /// Only for messages to this customer (`to` or `recipient` as sent).
    #[serde(default)]
    pub(crate) to: Option<String>,
}

fn default_hold_ms() -> u64 {
    30_000
}

/// The faults that are set.
#[derive(Default)]
pub(crate) struct Faults {
    any: AtomicBool,
    list: Mutex<Vec<Fault>>,
}

impl Faults {
    pub(crate) fn set(&self, fault: Fault) {
        let mut list = lock(&self.list);
        list.push(fault);
        self.any.store(true, Ordering::Release);
    }

    pub(crate) fn clear(&self) {
        let mut list = lock(&self.list);
        list.clear();
        self.any.store(false, Ordering::Release);
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        lock(&self.list).clone()
    }

    /// The first fault that applies, which is thereby used once.
    pub(crate) fn take(&self, on: FaultOn) -> Option<Fault> {
        self.take_for(on, None, None)
    }

    /// As [`Self::take`], for a message from a number to a customer.
    pub(crate) fn take_for(&self, on: FaultOn, number_id: Option<&str>, to: Option<&str>) -> Option<Fault> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut list = lock(&self.list);
        let at = list.iter().position(|fault| {
            fault.on == on
                && (fault.phone_number_id.is_none() || fault.phone_number_id.as_deref() == number_id)
                && (fault.to.is_none() || fault.to.as_deref() == to)
        })?;
        let fault = list[at].clone();
        if let Some(times) = &mut list[at].times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                list.remove(at);
            }
        }
        self.any.store(!list.is_empty(), Ordering::Release);
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).expect("a fault")
    }

    #[test]
    fn a_fault_happens_as_often_as_asked() {
        let faults = Faults::default();
        faults.set(fault(r#"{"on":"messages","kind":"throttle_pair","times":2,"to":"1"}"#));
        assert!(faults.take(FaultOn::Oauth).is_none());
        assert!(faults.take_for(FaultOn::Messages, None, Some("2")).is_none());
        assert!(faults.take_for(FaultOn::Messages, None, Some("1")).is_some());
        assert!(faults.take_for(FaultOn::Messages, None, Some("1")).is_some());
        assert!(faults.take_for(FaultOn::Messages, None, Some("1")).is_none());
    }

    #[test]
    fn a_fault_may_be_any_code() {
        let fault = fault(r#"{"on":"register","kind":{"code":133015,"http_status":400}}"#);
        let expected = FaultKind::Code { code: 133_015, http_status: 400, retry_after: None };
        assert_eq!(fault.kind, expected);
    }
}
