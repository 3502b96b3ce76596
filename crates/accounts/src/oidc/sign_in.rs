use secrecy::SecretString;
use switchboard_crypto::token;
use switchboard_store::{
    Actor, Conn, Millis, Scope, identity, identity::Identity, membership, new_id, oidc, oidc::Newcomer, person,
    person::Person,
};
use uuid::Uuid;

use super::{
    Arrival, Oidc, OidcEnd, OidcRefusal, TRIP_LIFE,
    provider::{Identified, NotIdentified},
    trip::{Trip, browser_hash},
};
use crate::{Accounts, Device, Error, Result, SignInOutcome, audit, email};

/// What the provider's refusal of a person is called (RFC 6749, §4.1.2.1).
const DENIED: &str = "access_denied";

/// Whose an identity is.
enum Owner {
    Known(Person),
    Unknown(OidcEnd),
}

impl Accounts {
    /// A browser has come back from the provider. `browser`: the secret in its cookie.
    pub async fn oidc_arrive(
        &self,
        arrival: Arrival,
        browser: Option<&SecretString>,
        device: &Device,
    ) -> Result<OidcEnd> {
        let oidc = self.oidc()?;
        let refused = |why, was_linking| Ok(OidcEnd::Refused { why, was_linking });
        let Some(browser) = browser else { return refused(OidcRefusal::Expired, false) };
        let trip = Trip::new(browser, &arrival.state);
        let Some((linking, next)) = self.returned(&trip).await? else { return refused(OidcRefusal::Expired, false) };
        let was_linking = linking.is_some();
        let Some(code) = arrival.code else {
            let is_denied = arrival.error.as_deref() == Some(DENIED);
            return refused(if is_denied { OidcRefusal::Denied } else { OidcRefusal::Failed }, was_linking);
        };
        let identified = match oidc.identify(&trip, &code, self.now()).await {
            Ok(identified) => identified,
            Err(error) => {
                tracing::warn!(%error, "somebody who came back from the identity provider was not identified");
                let why = match error {
                    NotIdentified::Unavailable(_) => OidcRefusal::Unavailable,
                    NotIdentified::Refused(_) => OidcRefusal::Failed,
                };
                return refused(why, was_linking);
            }
        };
        match linking {
            Some(person) => self.link_identity(oidc, person, &identified).await,
            None => self.enter(oidc, identified, browser, device, next).await,
        }
    }

    async fn enter(
        &self,
        oidc: &Oidc,
        identified: Identified,
        browser: &SecretString,
        device: &Device,
        next: Option<String>,
    ) -> Result<OidcEnd> {
        let person = match self.owner(oidc, &identified, browser).await? {
            Owner::Known(person) => person,
            Owner::Unknown(end) => return Ok(end),
        };
        let refused = |why| Ok(OidcEnd::Refused { why, was_linking: false });
        match self.first_step_done(&person, device).await {
            Ok(SignInOutcome::SignedIn(signed_in)) => Ok(OidcEnd::SignedIn { signed_in, next }),
            Ok(SignInOutcome::SecondFactorRequired(ticket)) => Ok(OidcEnd::SecondFactorRequired { ticket, next }),
            Err(Error::TenantSuspended) => refused(OidcRefusal::Suspended),
            Err(Error::WrongCredentials) => refused(OidcRefusal::NoTenant),
            Err(error) => Err(error),
        }
    }

    /// The person of an identity, linked now if that is beyond doubt.
    async fn owner(&self, oidc: &Oidc, identified: &Identified, browser: &SecretString) -> Result<Owner> {
        let now = self.now();
        let refused = |why| Ok(Owner::Unknown(OidcEnd::Refused { why, was_linking: false }));
        let email = identified.email.as_deref().and_then(|text| email::parse(text).ok());
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let issuer = &oidc.config.issuer;
        if let Some(known) = identity::by_subject(&mut conn, issuer, &identified.subject).await? {
            let person = person::get(&mut conn, known.person_id).await?.ok_or(Error::Unauthenticated)?;
            identity::used(&mut conn, issuer, &identified.subject, email.as_deref(), now).await?;
            tx.commit().await?;
            return Ok(Owner::Known(person));
        }
        let Some(email) = email else { return refused(OidcRefusal::NoEmail) };
        if let Some(person) = person::by_email(&mut conn, &email).await? {
            // Proved by a mail of ours, not merely assumed where none is sent.
            if !identified.email_verified || person.email_verified_at.is_none() {
                return refused(OidcRefusal::LinkFirst);
            }
            if !linked(&mut conn, issuer, identified, person.id, now).await? {
                return refused(OidcRefusal::Taken);
            }
            tx.commit().await?;
            return Ok(Owner::Known(person));
        }
        if !oidc.config.sign_up {
            return refused(OidcRefusal::SignUpOff);
        }
        let newcomer = Newcomer {
            issuer: issuer.clone(),
            subject: identified.subject.clone(),
            email: email.clone(),
            email_verified: identified.email_verified,
        };
        let token = token::random_token();
        let hash = digest(&token);
        oidc::insert_newcomer(&mut conn, &hash, &browser_hash(browser), &newcomer, now + TRIP_LIFE).await?;
        tx.commit().await?;
        Ok(Owner::Unknown(OidcEnd::Newcomer { token, name: identified.name.clone(), email }))
    }

    async fn link_identity(&self, oidc: &Oidc, person: Uuid, identified: &Identified) -> Result<OidcEnd> {
        let mut tx = self.db.write(Scope::System).await?;
        if !linked(&mut tx.conn(), &oidc.config.issuer, identified, person, self.now()).await? {
            return Ok(OidcEnd::Refused { why: OidcRefusal::Taken, was_linking: true });
        }
        tx.commit().await?;
        Ok(OidcEnd::Linked)
    }
}

/// Makes the identity the person's; `false` when it is somebody else's. On the record of every tenant they work for.
async fn linked(conn: &mut Conn<'_>, issuer: &str, identified: &Identified, person: Uuid, now: Millis) -> Result<bool> {
    let it = identity_of(issuer, &identified.subject, identified.email.clone(), person, now);
    if !identity::insert(conn, &it).await? {
        let there = identity::by_subject(conn, issuer, &identified.subject).await?;
        return Ok(there.is_some_and(|there| there.person_id == person));
    }
    record(conn, person, "person.identity_linked", &it, now).await?;
    Ok(true)
}

pub(super) fn identity_of(
    issuer: &str,
    subject: &str,
    email: Option<String>,
    person_id: Uuid,
    now: Millis,
) -> Identity {
    let (issuer, subject) = (issuer.to_owned(), subject.to_owned());
    Identity { issuer, subject, id: new_id(now), person_id, email, created_at: now, last_used_at: now }
}

pub(super) async fn record(
    conn: &mut Conn<'_>,
    person: Uuid,
    action: &str,
    identity: &Identity,
    now: Millis,
) -> Result<()> {
    for membership in membership::of_person(conn, person).await? {
        let who = audit::Who { tenant: membership.tenant_id, actor: Actor::Person, actor_id: Some(person) };
        let detail = serde_json::json!({ "issuer": identity.issuer, "email": identity.email });
        audit::record(conn, who, now, action, Some(person.to_string()), detail).await?;
    }
    Ok(())
}

pub(super) fn digest(token: &SecretString) -> [u8; 32] {
    use secrecy::ExposeSecret;
    token::digest(token.expose_secret())
}
