use switchboard_store::VaultError;

/// Why a run could not be gone on with. What Meta refuses is no error here: it is the outcome of a step, kept with it
/// and told by [`Onboarding::status`](crate::Onboarding::status).
#[derive(Debug, thiserror::Error)]
pub enum OnboardingError {
    #[error("no connection was begun with this state")]
    StateInvalid,
    #[error("the state is older than ten minutes")]
    StateExpired,
    #[error("the state was used before")]
    StateReplayed,
    /// Begun by another person, tenant or session.
    #[error("the state belongs to somebody else")]
    StateNotYours,
    #[error("Meta's signed request has expired")]
    RequestExpired,
    #[error("the number is not connected, or not used in the WhatsApp Business app")]
    NotInPhoneApp,
    #[error("the tenant has no such number")]
    UnknownNumber,
    #[error("there is no step that could be tried again")]
    NothingToRetry,
    /// The code is good once and for 30 seconds, and no token came of it.
    #[error("the installation has no system token (META_SYSTEM_TOKEN), without which nothing can be recovered")]
    NoSystemToken,
    /// Nothing is proved yet.
    #[error("{0}")]
    NotRecoverable(&'static str),
    #[error("no permission covers this account: begin a connection and share it at Meta")]
    NotGranted,
    #[error("Meta does not say what the permission covers: {0}")]
    Meta(&'static str),
    #[error("the permission Meta gave is used up: begin the connection again")]
    StartAgain,
    #[error("somebody is at this step")]
    Busy,
    #[error("the connection was interrupted")]
    Interrupted,
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
    #[error(transparent)]
    Vault(#[from] VaultError),
}
