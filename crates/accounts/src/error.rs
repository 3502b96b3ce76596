use std::time::Duration;

use switchboard_store::VaultError;

use crate::Permission;

/// What is wrong with one field of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    /// For people.
    pub message: String,
}

impl FieldError {
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}", .0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    #[error("an account with this e-mail address exists already")]
    EmailTaken,
    /// Does not say which of the two it was.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    #[error("too many attempts; try again in {} s", .retry_after.as_secs())]
    Throttled { retry_after: Duration },
    /// The credential is missing its mark: malformed, unknown, expired or revoked.
    #[error("the credential is not valid, or not any more")]
    Unauthenticated,
    #[error("the business is suspended: it can be read, and nothing else")]
    TenantSuspended,
    #[error("the business is being deleted")]
    TenantDeleting,
    #[error("it takes who runs this installation")]
    NotPlatformAdmin,
    #[error("set up a second factor first: it takes one to run this installation")]
    SecondFactorNeeded,
    #[error("it is the business you are signed in to; switch to another one first")]
    OwnTenant,
    #[error("an archive is being made already")]
    ExportRunning,
    #[error("the archive is not ready, or not any more")]
    ExportNotReady,
    #[error("it takes an owner")]
    OwnerRequired,
    /// A platform admin in another's tenant may not do everything that its people may.
    #[error("this is not done in somebody else's name; end the visit first")]
    Impersonating,
    #[error("the role may not do this ({0})")]
    Forbidden(Permission),
    #[error("it takes a person who is signed in, not an API key")]
    PersonRequired,
    /// Of someone who is signed in already.
    #[error("the password is wrong")]
    WrongPassword,
    #[error("the code is wrong, or was used already")]
    WrongCode,
    /// The first step of the sign-in is too long ago, or the second was made already.
    #[error("the sign-in has taken too long; begin again")]
    TicketInvalid,
    #[error("the link has been used, or is too old; ask for a new one")]
    LinkInvalid,
    #[error("this installation sends no mail; ask whoever runs it")]
    MailOff,
    #[error("prove your e-mail address first, with the link in the mail you were sent")]
    EmailUnverified,
    #[error("the e-mail address is proved already")]
    AlreadyVerified,
    #[error("the role may do more than you may")]
    RoleTooStrong,
    #[error("a business keeps at least one owner; make somebody else an owner first")]
    LastOwner,
    #[error("this address is invited already; send that invitation again, or revoke it")]
    AlreadyInvited,
    #[error("whoever has this address works here already")]
    AlreadyMember,
    #[error("the invited address has an account; sign in with it, then accept")]
    SignInFirst,
    #[error("the invitation is for another e-mail address; sign in with that one")]
    InvitedAnother,
    #[error("a second factor is set up already; turn it off first")]
    SecondFactorOn,
    #[error("it is the only way into your account: choose a password first")]
    OnlyWayIn,
    #[error("you have no password: choose one first, by way of a forgotten one")]
    NoPassword,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Hashing or signing failed: a fault of the program or the machine.
    #[error("{0}")]
    Internal(&'static str),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    pub(crate) fn throttled(retry_after: Duration) -> Self {
        Self::Throttled { retry_after }
    }
}
