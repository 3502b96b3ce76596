mod advice;
mod body;
mod kind;

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

pub use kind::{Kind, Scope};

const NO_ANSWER: &str = "Graph did not answer in time";

/// A call to Graph that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    /// What to do about it.
    pub kind: Kind,
    /// `None` when no answer came.
    pub http_status: Option<u16>,
    /// Meta's code, the one to build on. `None` when the answer had no Graph error in it.
    pub code: Option<i64>,
    /// For the log: Meta advises to build on codes and details, not on subcodes.
    pub subcode: Option<u32>,
    pub message: String,
    pub details: Option<String>,
    /// What Meta's support asks for.
    pub fbtrace_id: Option<String>,
    /// From the header `Retry-After`.
    pub retry_after: Option<Duration>,
    outcome_unknown: bool,
}

impl GraphError {
    /// Whether the call may have been carried out although it failed: it timed out, the connection broke, or the answer
    /// was a 5xx or 2xx that Graph did not write. Such a message may arrive at the customer: do not send it again before a
    /// status webhook had time to settle it.
    pub fn outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }

    /// Whether Graph answered well, and with more than was allowed.
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::Request && self.http_status.is_some_and(|status| (200..300).contains(&status))
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            http_status: None,
            code: None,
            subcode: None,
            message: message.into(),
            details: None,
            fbtrace_id: None,
            retry_after: None,
            outcome_unknown: false,
        }
    }

    /// A call that was not made, or an answer that was not taken: repeating it changes nothing.
    pub(crate) fn refused(message: &str) -> Self {
        Self::new(Kind::Request, message)
    }

    pub(crate) fn too_large(status: u16, max: usize) -> Self {
        Self::refused(&format!("the answer is larger than {max} bytes")).with_status(status)
    }

    /// A success that cannot be read: the call was carried out or not.
    pub(crate) fn unreadable(status: u16) -> Self {
        Self {
            outcome_unknown: true,
            ..Self::new(Kind::Transient, "the answer is not what Graph documents").with_status(status)
        }
    }

    /// A failure of the connection. Only its nature is kept: its text may hold the URL.
    pub(crate) fn transport(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::refused("the request could not be built");
        }
        let message = match (error.is_connect(), error.is_timeout()) {
            (true, true) => "Graph could not be reached in time",
            (true, false) => "Graph could not be reached",
            (false, true) => NO_ANSWER,
            (false, false) => "the connection to Graph broke",
        };
        // Once connected, the request may have been written; whether it was read, only Graph knows.
        Self { outcome_unknown: !error.is_connect(), ..Self::new(Kind::Transient, message) }
    }

    /// What was waited for did not come; as if the connection had noticed.
    pub(crate) fn timed_out() -> Self {
        Self { outcome_unknown: true, ..Self::new(Kind::Transient, NO_ANSWER) }
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// The same error without the secrets, which Meta repeats in messages such as "Malformed access token …".
    pub(crate) fn without(mut self, secrets: &[SecretString]) -> Self {
        for secret in secrets.iter().map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty()) {
            self.message = self.message.replace(secret, "[redacted]");
            self.details = self.details.map(|details| details.replace(secret, "[redacted]"));
        }
        self
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)?;
        if let Some(details) = &self.details {
            write!(f, ": {details}")?;
        }
        if let Some(code) = self.code {
            write!(f, " [code {code}]")?;
        }
        if let Some(status) = self.http_status {
            write!(f, " [HTTP {status}]")?;
        }
        if let Some(fbtrace_id) = &self.fbtrace_id {
            write!(f, " [fbtrace_id {fbtrace_id}]")?;
        }
        Ok(())
    }
}

impl std::error::Error for GraphError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_all_that_support_asks_for() {
        let body =
            br#"{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,"error_data":
            {"messaging_product":"whatsapp","details":"Cloud API message throughput has been reached."},
            "error_subcode":2494055,"fbtrace_id":"Az8or2yhqkZfEZ-_4Qn_Bam"}}"#;
        let error = GraphError::from_reply(400, body, Some(Duration::from_secs(3)));
        insta::assert_snapshot!(error, @"Throttled(Number): (#130429) Rate limit hit: Cloud API message throughput has been reached. [code 130429] [HTTP 400] [fbtrace_id Az8or2yhqkZfEZ-_4Qn_Bam]");
        assert_eq!((error.subcode, error.retry_after), (Some(2_494_055), Some(Duration::from_secs(3))));
    }

    #[test]
    fn a_token_that_meta_repeats_is_cut_out() {
        let body = br#"{"error":{"message":"Malformed access token EAAJsecret","code":190,"error_data":{"details":"EAAJsecret"}}}"#;
        let error = GraphError::from_reply(401, body, None).without(&["EAAJsecret".into(), "".into()]);
        assert_eq!(error.message, "Malformed access token [redacted]");
        assert_eq!(error.details.as_deref(), Some("[redacted]"));
    }
}
