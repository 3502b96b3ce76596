use std::{fmt, sync::Arc, time::Duration};

use secrecy::SecretString;
use switchboard_store::{Db, Millis, SharedClock, Vault};

use crate::{access_token::AccessTokens, authenticate::Standings, hasher::Hasher, throttle::Throttle};

/// No wait for one e-mail address is longer: otherwise anyone could lock anyone out by guessing badly.
const LONGEST_EMAIL_WAIT: Duration = Duration::from_mins(1);
const LONGEST_ADDRESS_WAIT: Duration = Duration::from_mins(15);

/// Signing up, signing in, and finding out who asks. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) clock: SharedClock,
    pub(crate) shared: Arc<Shared>,
    pub(crate) hasher: Hasher,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) tokens: AccessTokens,
    pub(crate) standings: Standings,
    pub(crate) by_email: Throttle,
    pub(crate) by_address: Throttle,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    /// `jwt_secret` signs access tokens; changing it ends them all, and no session.
    pub fn new(db: Db, vault: Vault, clock: SharedClock, jwt_secret: &SecretString) -> Self {
        let shared = Shared {
            tokens: AccessTokens::new(jwt_secret),
            standings: Standings::default(),
            by_email: Throttle::new(LONGEST_EMAIL_WAIT),
            by_address: Throttle::new(LONGEST_ADDRESS_WAIT),
        };
        Self { db, vault, clock, shared: Arc::new(shared), hasher: Hasher::default() }
    }

    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }
}
