//! Why a step failed: in a sentence for people, and in what Meta said.

use switchboard_graph_client::GraphError;
use switchboard_store::{VaultError, onboarding::Failure};

/// Why a step came to no good end.
#[derive(Debug)]
pub(crate) enum StepError {
    /// Meta refused, or what it answered is not enough. People can do something about it.
    Failed(StepFailure),
    /// Our own side failed.
    Internal(Internal),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Internal {
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepFailure {
    /// What happened and what to do.
    pub(crate) for_people: String,
    meta: Option<MetaError>,
}

/// What Meta said. `graph-client` has cut the secrets out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MetaError {
    code: Option<i64>,
    message: String,
    fbtrace_id: Option<String>,
}

impl StepError {
    pub(crate) fn told(for_people: impl Into<String>) -> Self {
        Self::Failed(StepFailure { for_people: for_people.into(), meta: None })
    }

    /// `what`: what we were doing, as a sentence. Meta's reason follows it.
    pub(crate) fn meta(what: &str, error: &GraphError) -> Self {
        Self::meta_in_words(format!("{what} {}", error.plain_reason()), error)
    }

    /// The same, where we know better than Meta's reason what to tell.
    pub(crate) fn meta_in_words(for_people: impl Into<String>, error: &GraphError) -> Self {
        let message = match &error.details {
            Some(details) => format!("{}: {details}", error.message),
            None => error.message.clone(),
        };
        let meta = MetaError { code: error.code, message, fbtrace_id: error.fbtrace_id.clone() };
        Self::Failed(StepFailure { for_people: for_people.into(), meta: Some(meta) })
    }

    pub(crate) fn start_again() -> Self {
        Self::told("The permission you gave at Meta is used up. Start the connection again.")
    }
}

impl StepFailure {
    /// A failure of our own side: people learn that it was not theirs, the log learns the rest.
    pub(crate) fn ours() -> Self {
        let for_people = "Something failed on our side, not on yours. Try again in a moment.".to_owned();
        Self { for_people, meta: None }
    }

    pub(crate) fn as_stored(&self) -> Failure<'_> {
        let meta = self.meta.as_ref();
        Failure {
            error: &self.for_people,
            meta_code: meta.and_then(|meta| meta.code),
            meta_message: meta.map(|meta| meta.message.as_str()),
            fbtrace_id: meta.and_then(|meta| meta.fbtrace_id.as_deref()),
        }
    }
}

impl From<switchboard_store::Error> for StepError {
    fn from(error: switchboard_store::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<VaultError> for StepError {
    fn from(error: VaultError) -> Self {
        Self::Internal(error.into())
    }
}
