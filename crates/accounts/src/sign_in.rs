use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::{password::Verdict, token};
use switchboard_store::{
    Actor, Conn, Millis, Scope, TenantStatus, TokenPurpose, membership, membership::Membership, person, person::Person,
    person_token,
};

use uuid::Uuid;

use crate::{
    Accounts, Device, Error, Result, SignedIn,
    audit::{self, Who},
    second_factor,
};

/// Longer ones are refused unhashed, as no account has one.
const MAX_PASSWORD_BYTES: usize = 1000;
/// From the password to the code.
const TICKET_LIFE: Duration = Duration::from_mins(5);

#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    pub password: SecretString,
    /// Where the attempt came from, for slowing guessing down.
    pub address: String,
    pub user_agent: Option<String>,
}

/// The second step of a sign-in.
#[derive(Debug, Clone)]
pub struct SecondStep {
    /// The token of the [`Ticket`] that the first step gave.
    pub ticket: SecretString,
    /// Of the authenticator app, or a recovery code.
    pub code: SecretString,
    pub device: Device,
}

/// The password was right; a code is to follow, with this.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub token: SecretString,
    pub expires_at: Millis,
}

/// The outcome of the first step.
#[derive(Debug, Clone)]
pub enum SignInOutcome {
    SignedIn(Box<SignedIn>),
    SecondFactorRequired(Ticket),
}

impl Accounts {
    /// Signs a person in to their first active tenant; if none is, to one that is suspended, to see why.
    ///
    /// Costs the same for an unknown e-mail address. After five failures for an e-mail address, or from an address,
    /// each further one has to wait: [`Error::Throttled`].
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<SignInOutcome> {
        let email = sign_in.email.trim().to_lowercase();
        let (by_email, by_address) = (&self.shared.by_email, &self.shared.by_address);
        by_address.attempt(&sign_in.address, self.now()).map_err(Error::throttled)?;
        by_email.attempt(&email, self.now()).map_err(Error::throttled)?;

        let person = self.verify(&email, &sign_in.password).await.inspect_err(|error| {
            if matches!(error, Error::WrongCredentials) {
                self.note_refusal(Refused::Email(email.clone()), "password", Some(sign_in.address.clone()));
            }
        })?;
        // Only the e-mail's count is wiped: with one good account an address could otherwise go on guessing others.
        by_email.clear(&email);
        by_address.forgive(&sign_in.address, self.now());
        let device = Device { user_agent: sign_in.user_agent, address: Some(sign_in.address) };
        self.first_step_done(&person, &device).await
    }

    /// Signs a person in who has a second factor. After five wrong codes each further one has to wait:
    /// [`Error::Throttled`].
    pub async fn sign_in_with_code(&self, step: SecondStep) -> Result<SignedIn> {
        let now = self.now();
        let hash = token::digest(step.ticket.expose_secret());
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let id = person_token::person(&mut conn, &hash, TokenPurpose::SecondFactor, now).await?;
        let id = id.ok_or(Error::TicketInvalid)?;
        let throttle = &self.shared.by_second_factor;
        throttle.attempt(&id.to_string(), now).map_err(Error::throttled)?;
        let person = person::get(&mut conn, id).await?.ok_or(Error::TicketInvalid)?;
        if !self.take_code(&mut conn, &person, step.code.expose_secret(), now).await? {
            self.note_refusal(Refused::Person(person.id), "second_factor", step.device.address.clone());
            return Err(Error::WrongCode);
        }
        person_token::take(&mut conn, &hash, TokenPurpose::SecondFactor, now).await?.ok_or(Error::TicketInvalid)?;
        let signed_in = self.begin_session(&mut conn, &person, &step.device, "second_factor", now).await?;
        tx.commit().await?;
        throttle.clear(&id.to_string());
        Ok(signed_in)
    }

    pub(crate) async fn first_step_done(&self, person: &Person, device: &Device) -> Result<SignInOutcome> {
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let outcome = if second_factor::is_enabled(&mut conn, person.id).await? {
            let (token, expires_at) = (token::random_token(), now + TICKET_LIFE);
            let hash = token::digest(token.expose_secret());
            let purpose = TokenPurpose::SecondFactor;
            person_token::insert(&mut conn, &hash, person.id, purpose, now, expires_at).await?;
            SignInOutcome::SecondFactorRequired(Ticket { token, expires_at })
        } else {
            SignInOutcome::SignedIn(Box::new(self.begin_session(&mut conn, person, device, "password", now).await?))
        };
        tx.commit().await?;
        Ok(outcome)
    }

    pub(crate) async fn verify(&self, email: &str, password: &SecretString) -> Result<Person> {
        if password.expose_secret().len() > MAX_PASSWORD_BYTES {
            return Err(Error::WrongCredentials);
        }
        let mut tx = self.db.read(Scope::System).await?;
        let person = person::by_email(&mut tx.conn(), email).await?;
        // Given back before the hash: its tens of milliseconds must not hold a connection.
        drop(tx);
        let phc = person.as_ref().filter(|person| person.has_password()).map(|person| person.password_hash.clone());
        match (self.hasher.verify(password, phc).await?, person) {
            (Verdict::Match { needs_rehash }, Some(person)) => {
                if needs_rehash {
                    self.rehash(&person, password).await?;
                }
                Ok(person)
            }
            _ => Err(Error::WrongCredentials),
        }
    }

    /// Hashing has become dearer since the password was set.
    async fn rehash(&self, person: &Person, password: &SecretString) -> Result<()> {
        let phc = self.hasher.hash(password).await?;
        let mut tx = self.db.write(Scope::System).await?;
        person::set_password_hash(&mut tx.conn(), person.id, &phc).await?;
        Ok(tx.commit().await?)
    }

    async fn begin_session(
        &self,
        conn: &mut Conn<'_>,
        person: &Person,
        device: &Device,
        how: &str,
        now: Millis,
    ) -> Result<SignedIn> {
        let membership = choose(membership::of_person(conn, person.id).await?)?;
        self.open_session(conn, self.me_of(person, membership), device, how, now).await
    }

    /// Writes down, in every tenant they work for, that somebody tried to sign in as a person and could not. Apart from
    /// the answer, which must take the same time for an address that nobody has.
    fn note_refusal(&self, whom: Refused, what: &'static str, address: Option<String>) {
        let accounts = self.clone();
        tokio::spawn(async move {
            if let Err(error) = accounts.record_refusal(whom, what, address).await {
                tracing::warn!(%error, "a refused sign-in could not be written down");
            }
        });
    }

    async fn record_refusal(&self, whom: Refused, what: &str, address: Option<String>) -> Result<()> {
        let mut tx = self.db.read(Scope::System).await?;
        let person = match whom {
            Refused::Email(email) => person::by_email(&mut tx.conn(), &email).await?.map(|person| person.id),
            Refused::Person(id) => Some(id),
        };
        drop(tx);
        let Some(person) = person else { return Ok(()) };
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        for membership in membership::of_person(&mut conn, person).await? {
            let who = Who { tenant: membership.tenant_id, actor: Actor::Person, actor_id: Some(person) };
            let detail = serde_json::json!({ "what": what, "address": address });
            audit::record(&mut conn, who, now, "session.refused", Some(person.to_string()), detail).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Who somebody said they were.
enum Refused {
    Email(String),
    Person(Uuid),
}

/// The first that is active; else one that is suspended, whose people see why.
fn choose(memberships: Vec<Membership>) -> Result<Membership> {
    let active = |membership: &Membership| membership.tenant_status == TenantStatus::Active;
    let place = memberships.iter().position(active).unwrap_or(0);
    memberships.into_iter().nth(place).ok_or(Error::WrongCredentials)
}
