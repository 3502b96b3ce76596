use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::token;
use switchboard_store::{
    Actor, Conn, MailKind, Millis, Scope, Signal, TokenPurpose, identity, membership, person, person::Person,
    person_token, second_factor, session,
};
use uuid::Uuid;

use crate::{Accounts, Error, Principal, Result, audit, email, mail, password_policy};

impl Accounts {
    /// Sends a mail with which to choose a new password, if someone has this address. Answers the same, in the same
    /// time, if nobody has: who has is looked up when the mail is sent. After five for an address, or from one, each
    /// further one has to wait.
    pub async fn request_password_reset(&self, email: &str, address: &str) -> Result<()> {
        self.require_mail()?;
        let now = self.now();
        let email = email::parse(email).map_err(|error| Error::Invalid(vec![error]))?;
        self.shared.by_mail.attempt(address, now).map_err(Error::throttled)?;
        self.shared.by_mail.attempt(&email, now).map_err(Error::throttled)?;
        let mut tx = self.db.write(Scope::System).await?;
        mail::queue(&mut tx.conn(), MailKind::ResetPassword, &email, now).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Mail);
        Ok(())
    }

    /// Takes the token of a reset mail, and ends all of the person's sessions. That the mail arrived proves the address.
    pub async fn reset_password(&self, token: &SecretString, password: &SecretString) -> Result<()> {
        let hash = token::digest(token.expose_secret());
        let person = self.of_reset_token(&hash).await?;
        password_policy::check(password, &person.email, &person.name).map_err(|error| Error::Invalid(vec![error]))?;
        let phc = self.hasher.hash(password).await?;
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        // Only now is it used up: a password that the policy refuses must not cost the link.
        person_token::take(&mut conn, &hash, TokenPurpose::ResetPassword, now).await?.ok_or(Error::LinkInvalid)?;
        if person.email_verified_at.is_none() {
            // Whoever signed up with the address need not be who reads its mail: no other way in of theirs may be left.
            identity::delete_all(&mut conn, person.id).await?;
            second_factor::delete(&mut conn, person.id).await?;
        }
        person::email_verified(&mut conn, person.id, now).await?;
        let ended = self.set_password(&mut conn, &person, &phc, None, now).await?;
        for membership in membership::of_person(&mut conn, person.id).await? {
            let who = audit::Who { tenant: membership.tenant_id, actor: Actor::Person, actor_id: Some(person.id) };
            record(&mut conn, who, &person, "person.password_reset", now).await?;
        }
        tx.commit().await?;
        self.after_password_change(&person, &ended);
        Ok(())
    }

    /// Changes the password of someone who knows the old one, and ends their other sessions.
    pub async fn change_password(
        &self,
        principal: &Principal,
        current: &SecretString,
        new: &SecretString,
    ) -> Result<()> {
        let person = self.confirm_password(principal, current).await?;
        password_policy::check(new, &person.email, &person.name).map_err(|error| Error::Invalid(vec![error]))?;
        let phc = self.hasher.hash(new).await?;
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let ended = self.set_password(&mut conn, &person, &phc, principal.session, now).await?;
        record(&mut conn, principal.into(), &person, "person.password_changed", now).await?;
        tx.commit().await?;
        self.after_password_change(&person, &ended);
        Ok(())
    }

    /// The person behind a principal, who has shown that they know their password. Guessing waits as at the sign-in.
    pub(crate) async fn confirm_password(&self, principal: &Principal, password: &SecretString) -> Result<Person> {
        let person = self.own_person(principal).await?;
        if !person.has_password() {
            return Err(Error::NoPassword);
        }
        self.shared.by_email.attempt(&person.email, self.now()).map_err(Error::throttled)?;
        let verified = self.verify(&person.email, password).await.map_err(|error| match error {
            Error::WrongCredentials => Error::WrongPassword,
            error => error,
        })?;
        self.shared.by_email.clear(&person.email);
        Ok(verified)
    }

    async fn of_reset_token(&self, hash: &[u8; 32]) -> Result<Person> {
        let mut tx = self.db.read(Scope::System).await?;
        let mut conn = tx.conn();
        let person = person_token::person(&mut conn, hash, TokenPurpose::ResetPassword, self.now()).await?;
        person::get(&mut conn, person.ok_or(Error::LinkInvalid)?).await?.ok_or(Error::LinkInvalid)
    }

    /// Which sessions ended with the old password. Links and tickets of before end, too.
    async fn set_password(
        &self,
        conn: &mut Conn<'_>,
        person: &Person,
        phc: &str,
        keep: Option<Uuid>,
        now: Millis,
    ) -> Result<Vec<Uuid>> {
        person::set_password_hash(conn, person.id, phc).await?;
        person_token::delete_all(conn, person.id, TokenPurpose::ResetPassword).await?;
        person_token::delete_all(conn, person.id, TokenPurpose::SecondFactor).await?;
        if self.mail {
            mail::queue(conn, MailKind::PasswordChanged, &person.email, now).await?;
        }
        Ok(session::revoke_all_but(conn, person.id, keep, now).await?)
    }

    fn after_password_change(&self, person: &Person, ended: &[Uuid]) {
        for session in ended {
            self.shared.standings.forget_session(*session);
        }
        self.shared.by_email.clear(&person.email);
        self.notifier.notify(Signal::Mail);
    }
}

async fn record(conn: &mut Conn<'_>, who: audit::Who, person: &Person, action: &str, now: Millis) -> Result<()> {
    let target = Some(person.id.to_string());
    Ok(audit::record(conn, who, now, action, target, serde_json::json!({})).await?)
}
