use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::token;
use switchboard_store::{MailKind, Scope, Signal, TokenPurpose, membership, person, person::Person, person_token};

use crate::{Accounts, Error, Principal, Result, mail};

impl Accounts {
    /// Whether a person's address counts as theirs. Without mail nobody could prove one: then every address does.
    pub(crate) fn is_verified(&self, person: &Person) -> bool {
        !self.mail || person.email_verified_at.is_some()
    }

    /// Takes the token of a verification mail.
    pub async fn verify_email(&self, token: &SecretString) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let hash = token::digest(token.expose_secret());
        let person = person_token::take(&mut conn, &hash, TokenPurpose::VerifyEmail, now).await?;
        let person = person.ok_or(Error::LinkInvalid)?;
        let row = person::get(&mut conn, person).await?.ok_or(Error::LinkInvalid)?;
        if self.names_admin(&row.email) {
            return Err(Error::LinkInvalid);
        }
        person::email_verified(&mut conn, person, now).await?;
        person_token::delete_all(&mut conn, person, TokenPurpose::VerifyEmail).await?;
        Ok(tx.commit().await?)
    }

    /// Sends another verification mail. After five, each further one has to wait.
    pub async fn resend_verification(&self, principal: &Principal) -> Result<()> {
        let person = self.own_person(principal).await?;
        self.require_mail()?;
        if person.email_verified_at.is_some() {
            return Err(Error::AlreadyVerified);
        }
        self.shared.by_mail.attempt(&person.email, self.now()).map_err(Error::throttled)?;
        let mut tx = self.db.write(Scope::System).await?;
        mail::queue(&mut tx.conn(), MailKind::VerifyEmail, &person.email, self.now()).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Mail);
        Ok(())
    }

    /// [`Error::EmailUnverified`] for a person who has still to prove their address. A program has none: it counts that
    /// an owner has proved theirs, or a key would be the way around.
    pub(crate) async fn require_verified(&self, principal: &Principal) -> Result<()> {
        let verified = if principal.person.is_some() {
            self.is_verified(&self.own_person(principal).await?)
        } else {
            let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
            !self.mail || membership::verified_owners(&mut tx.conn(), principal.tenant).await? > 0
        };
        if verified { Ok(()) } else { Err(Error::EmailUnverified) }
    }

    pub(crate) fn require_mail(&self) -> Result<()> {
        if self.mail { Ok(()) } else { Err(Error::MailOff) }
    }

    /// The person behind a principal; [`Error::PersonRequired`] for an API key, which is nobody.
    pub(crate) async fn own_person(&self, principal: &Principal) -> Result<Person> {
        let id = principal.person.ok_or(Error::PersonRequired)?;
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        person::get(&mut tx.conn(), id).await?.ok_or(Error::Unauthenticated)
    }
}
