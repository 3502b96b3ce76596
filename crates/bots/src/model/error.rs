use std::time::Duration;

/// Why there is no answer, by what to do about it. Holds no text of the server but a short error code: servers echo
/// keys and customers' words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Nothing came within the time-out.
    #[error("the model did not answer in time")]
    Timeout,
    /// The server cannot be reached, is overloaded (429) or failed (5xx).
    #[error("the model is not available{}{}", in_words(" (HTTP ", *status), because(code.as_deref()))]
    Unavailable {
        /// `None` when there was no answer at all.
        status: Option<u16>,
        code: Option<String>,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server does not want this request (any other 4xx: wrong key, unknown model, prompt too long). Trying again
    /// does not help; the configuration or the request must change.
    #[error("the model refused the request{}{}", in_words(" (HTTP ", Some(*status)), because(code.as_deref()))]
    Refused { status: u16, code: Option<String> },
    /// The server answered with something that is no completion.
    #[error("the model's answer could not be read: {0}")]
    Invalid(&'static str),
    /// The key or the base URL cannot be put into a request.
    #[error("the model's configuration is not usable: {0}")]
    Misconfigured(&'static str),
}

impl ModelError {
    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Timeout | Self::Unavailable { .. } | Self::Invalid(_))
    }

    /// The server has failed again and again and is left alone for a while.
    pub(crate) fn resting(wait: Duration) -> Self {
        Self::Unavailable { status: None, code: Some("failed_too_often".into()), retry_after: Some(wait) }
    }

    /// A word for what is to be done about it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Unavailable { .. } => "unavailable",
            Self::Refused { .. } => "refused",
            Self::Invalid(_) | Self::Misconfigured(_) => "invalid",
        }
    }

    /// What the server answered with; `None`: nothing, or that it had done it.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unavailable { status, .. } => *status,
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// How long the server asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn in_words(before: &str, status: Option<u16>) -> String {
    status.map(|status| format!("{before}{status})")).unwrap_or_default()
}

fn because(code: Option<&str>) -> String {
    code.map(|code| format!(": {code}")).unwrap_or_default()
}
