use secrecy::SecretString;
use switchboard_crypto::password::Verdict;
use switchboard_store::{Scope, TenantStatus, membership, membership::Membership, person, person::Person};

use crate::{Accounts, Error, Result, SignedIn, sessions::Me};

/// Longer ones are refused unhashed, as no account has one.
const MAX_PASSWORD_BYTES: usize = 1000;

#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    pub password: SecretString,
    /// Where the attempt came from, for slowing guessing down.
    pub address: String,
    pub user_agent: Option<String>,
}

impl Accounts {
    /// Signs a person in to their first active tenant.
    ///
    /// Costs the same for an unknown e-mail address. After five failures for an e-mail address, or from an address,
    /// each further one has to wait: [`Error::Throttled`].
    pub async fn sign_in(&self, sign_in: SignIn) -> Result<SignedIn> {
        let email = sign_in.email.trim().to_lowercase();
        let (by_email, by_address) = (&self.shared.by_email, &self.shared.by_address);
        let throttled = |retry_after| Error::Throttled { retry_after };
        by_address.attempt(&sign_in.address, self.now()).map_err(throttled)?;
        by_email.attempt(&email, self.now()).map_err(throttled)?;

        let person = self.verify(&email, &sign_in.password).await?;
        // Only the e-mail's count is wiped: with one good account an address could otherwise go on guessing others.
        by_email.clear(&email);
        by_address.forgive(&sign_in.address, self.now());
        self.begin_session(&person, sign_in.user_agent.as_deref()).await
    }

    async fn verify(&self, email: &str, password: &SecretString) -> Result<Person> {
        use secrecy::ExposeSecret;
        if password.expose_secret().len() > MAX_PASSWORD_BYTES {
            return Err(Error::WrongCredentials);
        }
        let mut tx = self.db.read(Scope::System).await?;
        let person = person::by_email(&mut tx.conn(), email).await?;
        // Given back before the hash: its tens of milliseconds must not hold a connection.
        drop(tx);
        let phc = person.as_ref().map(|person| person.password_hash.clone());
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

    async fn begin_session(&self, person: &Person, user_agent: Option<&str>) -> Result<SignedIn> {
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let membership = choose(membership::of_person(&mut conn, person.id).await?)?;
        let signed_in = self.open_session(&mut conn, Me::new(person, membership), user_agent, self.now()).await?;
        tx.commit().await?;
        Ok(signed_in)
    }
}

fn choose(memberships: Vec<Membership>) -> Result<Membership> {
    if memberships.is_empty() {
        return Err(Error::WrongCredentials);
    }
    let active = memberships.into_iter().find(|membership| membership.tenant_status == TenantStatus::Active);
    active.ok_or(Error::TenantSuspended)
}
