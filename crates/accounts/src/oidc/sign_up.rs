use secrecy::SecretString;
use switchboard_store::{Language, Scope, oidc, person};

use super::{
    sign_in::{digest, identity_of},
    trip::browser_hash,
};
use crate::{
    Accounts, Device, Error, PreparedSignUp, Result,
    sign_up::{FirstIdentity, check_name},
};

/// What a newcomer of the provider says of themselves and their business.
#[derive(Debug, Clone)]
pub struct OidcSignUp {
    /// Of [`OidcEnd::Newcomer`](super::OidcEnd::Newcomer).
    pub token: SecretString,
    /// The secret in the browser's cookie: whoever finds the token elsewhere can do nothing with it.
    pub browser: SecretString,
    pub tenant_name: String,
    pub name: String,
    pub language: Language,
    pub device: Device,
}

impl Accounts {
    /// Checks a newcomer's sign-up, for [`Accounts::sign_up`]. They have no password.
    ///
    /// # Errors
    /// [`Error::TicketInvalid`]: begin at the provider again.
    pub async fn prepare_oidc_sign_up(&self, sign_up: OidcSignUp) -> Result<PreparedSignUp> {
        self.oidc()?;
        let (tenant_name, name) = (check_name("tenant_name", &sign_up.tenant_name), check_name("name", &sign_up.name));
        let (tenant_name, name) = match (tenant_name, name) {
            (Ok(tenant_name), Ok(name)) => (tenant_name, name),
            (tenant_name, name) => {
                return Err(Error::Invalid([tenant_name.err(), name.err()].into_iter().flatten().collect()));
            }
        };
        let (now, token_hash) = (self.now(), digest(&sign_up.token));
        let mut tx = self.db.read(Scope::System).await?;
        let newcomer = oidc::newcomer(&mut tx.conn(), &token_hash, &browser_hash(&sign_up.browser), now).await?;
        drop(tx);
        let newcomer = newcomer.ok_or(Error::TicketInvalid)?;
        let mut prepared =
            self.prepared(tenant_name, name, newcomer.email.clone(), person::NO_PASSWORD.to_owned(), sign_up.language);
        prepared.owner.email_verified_at = newcomer.email_verified.then_some(now);
        prepared.device = sign_up.device;
        let owner = prepared.owner.id;
        let identity = identity_of(&newcomer.issuer, &newcomer.subject, Some(newcomer.email), owner, now);
        prepared.identity = Some(FirstIdentity { token_hash, identity });
        Ok(prepared)
    }
}
