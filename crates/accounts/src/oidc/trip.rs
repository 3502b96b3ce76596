use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::token;
use switchboard_store::{Scope, oidc, oidc::Flow};
use url::Url;
use uuid::Uuid;

use super::{Oidc, TRIP_LIFE, Unavailable};
use crate::{Accounts, Error, Principal, Result};

/// Longer ones lead to no screen.
const LONGEST_PATH: usize = 500;

/// A browser is about to go to the provider.
pub struct Departure {
    /// Where to.
    pub url: Url,
    /// For the browser's cookie.
    pub browser: SecretString,
}

impl fmt::Debug for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address holds the state.
        f.debug_struct("Departure").field("to", &self.url.host_str()).finish_non_exhaustive()
    }
}

/// What ties the way back to the way there.
pub(super) struct Trip<'a> {
    browser: &'a SecretString,
    state: &'a SecretString,
}

impl<'a> Trip<'a> {
    pub(super) fn new(browser: &'a SecretString, state: &'a SecretString) -> Self {
        Self { browser, state }
    }

    pub(super) fn state_hash(&self) -> [u8; 32] {
        token::digest(self.state.expose_secret())
    }

    pub(super) fn browser_hash(&self) -> [u8; 32] {
        browser_hash(self.browser)
    }

    pub(super) fn nonce(&self) -> SecretString {
        self.derive("nonce")
    }

    /// Of PKCE (RFC 7636).
    pub(super) fn verifier(&self) -> SecretString {
        self.derive("pkce")
    }

    fn derive(&self, what: &str) -> SecretString {
        token::derive(what, &[self.browser, self.state])
    }
}

pub(super) fn browser_hash(browser: &SecretString) -> [u8; 32] {
    token::digest(browser.expose_secret())
}

impl Accounts {
    /// Sends a browser to the provider, to sign in. `browser`: the secret that it has already, from another tab;
    /// `next`: where in the dashboard it goes afterwards.
    pub async fn oidc_depart(
        &self,
        browser: Option<SecretString>,
        next: Option<String>,
    ) -> Result<Result<Departure, Unavailable>> {
        self.depart(browser, Flow { person_id: None, next_path: next.filter(|path| is_own_path(path)) }).await
    }

    /// The same, to link an identity with the account of someone who is signed in and has shown that they know their
    /// password, if they have one.
    pub async fn oidc_depart_to_link(
        &self,
        principal: &Principal,
        password: Option<&SecretString>,
        browser: Option<SecretString>,
    ) -> Result<Result<Departure, Unavailable>> {
        let person = self.own_person(principal).await?;
        self.oidc()?;
        if person.has_password() {
            let password = password.ok_or_else(|| Error::invalid("password", "is needed"))?;
            self.confirm_password(principal, password).await?;
        }
        self.depart(browser, Flow { person_id: Some(person.id), next_path: None }).await
    }

    async fn depart(&self, browser: Option<SecretString>, flow: Flow) -> Result<Result<Departure, Unavailable>> {
        let oidc: &Oidc = self.oidc()?;
        let browser = browser.unwrap_or_else(token::random_token);
        let state = token::random_token();
        let trip = Trip::new(&browser, &state);
        let now = self.now();
        let url = match oidc.authorize_url(&trip, &state, now).await {
            Ok(url) => url,
            Err(unavailable) => return Ok(Err(unavailable)),
        };
        let mut tx = self.db.write(Scope::System).await?;
        let (state_hash, browser_hash) = (trip.state_hash(), trip.browser_hash());
        oidc::begin(&mut tx.conn(), &state_hash, &browser_hash, &flow, now, now + TRIP_LIFE).await?;
        tx.commit().await?;
        Ok(Ok(Departure { url, browser }))
    }

    /// What a state was for. It is used up, unless it is another browser's.
    pub(super) async fn returned(&self, trip: &Trip<'_>) -> Result<Option<(Option<Uuid>, Option<String>)>> {
        let mut tx = self.db.write(Scope::System).await?;
        let flow = oidc::take(&mut tx.conn(), &trip.state_hash(), &trip.browser_hash(), self.now()).await?;
        tx.commit().await?;
        Ok(flow.map(|flow| (flow.person_id, flow.next_path)))
    }
}

/// A path of the dashboard, never another site.
fn is_own_path(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && path.len() <= LONGEST_PATH
        && !path.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_gone_to_afterwards() {
        for path in ["/", "/inbox?filter=ai", "/settings/security"] {
            assert!(is_own_path(path), "{path}");
        }
        for path in ["", "inbox", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb"] {
            assert!(!is_own_path(path), "{path}");
        }
    }

    #[test]
    fn what_ties_the_ways_together_is_of_this_browser_and_this_state() {
        let secrets = ["a", "b"].map(SecretString::from);
        let of = |browser: usize, state: usize| {
            let trip = Trip::new(&secrets[browser], &secrets[state]);
            [trip.nonce(), trip.verifier()].map(|it| it.expose_secret().to_owned())
        };
        assert_eq!(of(0, 1), of(0, 1));
        assert_ne!(of(0, 1), of(1, 1));
        assert_ne!(of(0, 1), of(0, 0));
        let [nonce, verifier] = of(0, 1);
        assert_ne!(nonce, verifier);
        assert_eq!(verifier.len(), 43, "as long as PKCE wants one");
    }
}
