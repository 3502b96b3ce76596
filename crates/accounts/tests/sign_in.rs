//! Signing in, where HTTP would only be in the way.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
use rstest::rstest;
use secrecy::ExposeSecret;
use switchboard_accounts::{
    Accounts, AccountsParts, Credential, Device, Error, PlatformSettings, SignIn, SignInOutcome, SignUp,
};
use switchboard_crypto::KeyRing;
use switchboard_store::{Language, ManualClock, Millis, Notifier, Scope, Vault, person};
use switchboard_test_support::{Engine, TestDb};

const PASSWORD: &str = "a long password of one's own";
const EMAIL: &str = "ayse@example.com";

struct World {
    test: TestDb,
    accounts: Accounts,
    clock: Arc<ManualClock>,
}

impl World {
    async fn new(engine: Engine) -> Result<Self> {
        let test = TestDb::new(engine).await;
        let clock = ManualClock::at(Millis(1_700_000_000_000));
        let ring = || KeyRing::parse("k:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        let accounts = Accounts::new(AccountsParts {
            db: test.db.clone(),
            vault: Vault::new(ring()?),
            clock: clock.clone(),
            notifier: Notifier::default(),
            key_ring: Arc::new(ring()?),
            jwt_secret: &"n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC".into(),
            public_url: "http://localhost:8080".to_owned(),
            mail: false,
            platform: PlatformSettings::default(),
        });
        let sign_up = SignUp {
            tenant_name: "Bakery".into(),
            name: "Ayşe Usta".into(),
            email: EMAIL.into(),
            password: PASSWORD.into(),
            language: Language::English,
            device: Device::default(),
        };
        let prepared = accounts.prepare_sign_up(sign_up).await?;
        let mut tx = test.db.write(Scope::System).await?;
        accounts.sign_up(&mut tx.conn(), prepared).await?;
        tx.commit().await?;
        Ok(Self { test, accounts, clock })
    }

    async fn sign_in(&self, email: &str, password: &str, address: &str) -> Result<(), Error> {
        let (email, password, address) = (email.to_owned(), password.into(), address.to_owned());
        self.accounts.sign_in(SignIn { email, password, address, user_agent: None }).await.map(|_| ())
    }

    async fn password_hash(&self) -> Result<String> {
        let mut tx = self.test.db.read(Scope::System).await?;
        Ok(person::by_email(&mut tx.conn(), EMAIL).await?.expect("she has signed up").password_hash)
    }
}

/// As it was hashed when processors were slower.
fn cheap_hash(password: &str) -> String {
    let params = Params::new(64, 1, 1, None).expect("parameters within bounds");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(password.as_bytes()).expect("a hash").to_string()
}

#[rstest]
#[tokio::test]
async fn a_password_hashed_too_cheaply_is_hashed_anew(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) -> Result<()> {
    let world = World::new(engine).await?;
    let cheap = cheap_hash(PASSWORD);
    let mut tx = world.test.db.write(Scope::System).await?;
    let id = person::by_email(&mut tx.conn(), EMAIL).await?.expect("she has signed up").id;
    person::set_password_hash(&mut tx.conn(), id, &cheap).await?;
    tx.commit().await?;
    world.sign_in(EMAIL, PASSWORD, "a").await?;
    assert!(world.password_hash().await?.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    world.sign_in(EMAIL, PASSWORD, "a").await?;
    Ok(())
}

#[tokio::test]
async fn guessing_many_accounts_from_one_address_is_slowed_down() -> Result<()> {
    let world = World::new(Engine::Sqlite).await?;
    for guess in 0..5 {
        let email = format!("somebody{guess}@example.com");
        assert!(matches!(world.sign_in(&email, PASSWORD, "a").await, Err(Error::WrongCredentials)));
    }
    assert!(matches!(world.sign_in(EMAIL, PASSWORD, "a").await, Err(Error::Throttled { .. })));
    world.sign_in(EMAIL, PASSWORD, "another").await?;
    world.clock.advance(Duration::from_secs(1));
    world.sign_in(EMAIL, PASSWORD, "a").await?;
    // One good account does not buy an address further guesses.
    assert!(matches!(world.sign_in("x@example.com", PASSWORD, "a").await, Err(Error::WrongCredentials)));
    assert!(matches!(world.sign_in("y@example.com", PASSWORD, "a").await, Err(Error::Throttled { .. })));
    Ok(())
}

#[tokio::test]
async fn nothing_shows_a_secret_when_it_is_printed() -> Result<()> {
    let world = World::new(Engine::Sqlite).await?;
    let sign_in = SignIn { email: EMAIL.into(), password: PASSWORD.into(), address: "a".into(), user_agent: None };
    let shown = format!("{sign_in:?}");
    let SignInOutcome::SignedIn(signed_in) = world.accounts.sign_in(sign_in).await? else {
        panic!("she has no second factor")
    };
    let token = signed_in.session_token.expose_secret();
    let shown = format!("{shown}{signed_in:?}{:?}{:?}", Credential::SessionToken(token), world.accounts);
    for secret in [PASSWORD, token, signed_in.access_token.token.expose_secret()] {
        assert!(!shown.contains(secret), "{shown}");
    }
    Ok(())
}
