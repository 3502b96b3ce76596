//! Signing in at the platform's identity provider (`OpenID` Connect, authorisation code with PKCE).
//!
//! A browser gets a secret in a cookie and goes to the provider with a state. What proves that it is the same browser that
//! comes back, the nonce and the verifier of PKCE, are derived from that secret and the state ([`Trip`]): the database
//! holds digests alone. A state is good once, for ten minutes.
//!
//! Who comes back is known by (issuer, subject). An unknown subject is linked with an account of the same address only where
//! both sides have proved it: else whoever can make an account for an address at one of them would own it at the other.

mod link;
mod provider;
mod sign_in;
mod sign_up;
mod trip;

use std::{fmt, sync::Mutex, time::Duration};

use secrecy::SecretString;
use url::Url;

use self::provider::Known;
use crate::{Accounts, Error, Result, SignedIn, Ticket};

pub use link::{Identities, LinkedIdentity};
pub use provider::Unavailable;
pub use sign_up::OidcSignUp;
pub use trip::Departure;

/// From going to the provider to coming back.
pub const TRIP_LIFE: Duration = Duration::from_mins(10);

/// The platform's identity provider, and what it knows us as.
#[derive(Clone)]
pub struct OidcConfig {
    /// As the provider writes it: to the byte.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretString,
    /// Where the provider sends browsers back to.
    pub redirect_uri: Url,
    /// Whether somebody without an account may make one.
    pub sign_up: bool,
}

impl fmt::Debug for OidcConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcConfig").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A provider to sign in at.
#[derive(Debug)]
pub(crate) struct Oidc {
    config: OidcConfig,
    http: reqwest::Client,
    /// What the provider said of itself.
    known: Mutex<Option<Known>>,
}

/// What the provider's redirect carries.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub state: SecretString,
    pub code: Option<SecretString>,
    /// Instead of a code.
    pub error: Option<String>,
}

/// How a trip to the provider ended.
#[derive(Debug)]
pub enum OidcEnd {
    SignedIn {
        signed_in: Box<SignedIn>,
        next: Option<String>,
    },
    /// As after a password.
    SecondFactorRequired {
        ticket: Ticket,
        next: Option<String>,
    },
    /// To be made an account by [`Accounts::oidc_sign_up`].
    Newcomer {
        token: SecretString,
        name: Option<String>,
        email: String,
    },
    /// The identity belongs to the person who asked for that.
    Linked,
    Refused {
        why: OidcRefusal,
        was_linking: bool,
    },
}

/// Why a trip led nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OidcRefusal {
    /// The state is unknown, used, too old, or another browser's.
    Expired,
    /// Somebody did not want to, or may not.
    Denied,
    /// The provider cannot be reached.
    Unavailable,
    /// What the provider said does not hold.
    Failed,
    /// The provider tells no usable address.
    NoEmail,
    /// The address has an account; whether it is the same person's is not proved. Sign in with the password, then link.
    LinkFirst,
    /// The identity belongs to another account.
    Taken,
    /// Nobody makes accounts here.
    SignUpOff,
    /// The person works for nobody any more.
    NoTenant,
    Suspended,
}

impl OidcRefusal {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Denied => "denied",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
            Self::NoEmail => "no_email",
            Self::LinkFirst => "link_first",
            Self::Taken => "taken",
            Self::SignUpOff => "sign_up_off",
            Self::NoTenant => "no_tenant",
            Self::Suspended => "suspended",
        }
    }
}

impl Accounts {
    /// Lets people sign in at a provider. `http` follows no redirects and has time-outs.
    #[must_use]
    pub fn with_oidc(mut self, config: OidcConfig, http: reqwest::Client) -> Self {
        self.oidc = Some(std::sync::Arc::new(Oidc { config, http, known: Mutex::default() }));
        self
    }

    fn oidc(&self) -> Result<&Oidc> {
        self.oidc.as_deref().ok_or(Error::NotFound("identity provider"))
    }
}
