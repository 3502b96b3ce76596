use std::{fmt, sync::Arc, time::Duration};

use secrecy::SecretString;
use switchboard_crypto::KeyRing;
use switchboard_store::{Db, Millis, Notifier, SharedClock, Vault};

use crate::{access_token::AccessTokens, authenticate::Standings, hasher::Hasher, oidc::Oidc, throttle::Throttle};

/// No wait for one e-mail address is longer: otherwise anyone could lock anyone out by guessing badly.
const LONGEST_EMAIL_WAIT: Duration = Duration::from_mins(1);
const LONGEST_ADDRESS_WAIT: Duration = Duration::from_mins(15);
/// Whoever guesses codes knows the password, so the longer wait locks nobody else out.
const LONGEST_CODE_WAIT: Duration = Duration::from_mins(15);
/// Between mails that somebody asks for.
const LONGEST_MAIL_WAIT: Duration = Duration::from_hours(1);

/// What [`Accounts`] is made of.
#[derive(Debug)]
pub struct AccountsParts<'a> {
    pub db: Db,
    pub vault: Vault,
    pub clock: SharedClock,
    pub notifier: Notifier,
    pub key_ring: Arc<KeyRing>,
    /// Signs access tokens; changing it ends them all, and no session.
    pub jwt_secret: &'a SecretString,
    /// Where the links in mails lead, without a slash at the end.
    pub public_url: String,
    /// Whether mail can be sent. Without it, addresses need no proof, and passwords cannot be reset by mail.
    pub mail: bool,
    pub platform: PlatformSettings,
}

/// Who runs the installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformSettings {
    /// E-mail addresses in lower case. They count for people who have proved them.
    pub admins: Vec<String>,
    /// Whether it takes a second factor as well.
    pub second_factor: bool,
}

/// Signing up, signing in, and finding out who asks. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) clock: SharedClock,
    pub(crate) notifier: Notifier,
    pub(crate) key_ring: Arc<KeyRing>,
    pub(crate) public_url: Arc<str>,
    pub(crate) mail: bool,
    pub(crate) platform: Arc<PlatformSettings>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) hasher: Hasher,
    /// `None`: people sign in with passwords alone.
    pub(crate) oidc: Option<Arc<Oidc>>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) tokens: AccessTokens,
    pub(crate) standings: Standings,
    pub(crate) by_email: Throttle,
    pub(crate) by_address: Throttle,
    pub(crate) by_second_factor: Throttle,
    pub(crate) by_mail: Throttle,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    pub fn new(parts: AccountsParts<'_>) -> Self {
        let AccountsParts { db, vault, clock, notifier, key_ring, jwt_secret, public_url, mail, platform } = parts;
        let shared = Shared {
            tokens: AccessTokens::new(jwt_secret),
            standings: Standings::default(),
            by_email: Throttle::new(LONGEST_EMAIL_WAIT),
            by_address: Throttle::new(LONGEST_ADDRESS_WAIT),
            by_second_factor: Throttle::new(LONGEST_CODE_WAIT),
            by_mail: Throttle::new(LONGEST_MAIL_WAIT),
        };
        let (shared, public_url, platform) = (Arc::new(shared), public_url.into(), Arc::new(platform));
        let hasher = Hasher::default();
        Self { db, vault, clock, notifier, key_ring, public_url, mail, platform, shared, hasher, oidc: None }
    }

    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }
}
