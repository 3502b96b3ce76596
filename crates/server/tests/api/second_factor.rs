use std::{process::Command, sync::Arc, time::Duration};

use rstest::rstest;
use serde_json::json;
use switchboard_server::config::Settings;
use switchboard_store::{Clock, ManualClock, Scope, SystemClock, second_factor};
use switchboard_test_support::Engine;
use totp_rs::{Builder, Secret, Totp};

use crate::support::{
    Answer, Owner, PASSWORD, TestApp,
    mailbox::{Mailbox, token},
};

/// An authenticator app.
struct Authenticator {
    totp: Totp,
    clock: Arc<ManualClock>,
}

impl Authenticator {
    fn new(secret: &str, clock: &Arc<ManualClock>) -> Self {
        let secret = Secret::try_from_base32(secret).expect("base32");
        Self { totp: Builder::new().with_secret(secret).build_noncompliant(), clock: clock.clone() }
    }

    fn code(&self) -> String {
        self.totp.generate(u64::try_from(self.clock.now().0 / 1000).expect("after 1970")).to_string()
    }

    /// A code that is not taken now.
    fn wrong_code(&self) -> String {
        let hour = 3600;
        self.totp.generate(u64::try_from(self.clock.now().0 / 1000).expect("after 1970") + hour).to_string()
    }
}

struct Protected {
    app: TestApp,
    owner: Owner,
    clock: Arc<ManualClock>,
    authenticator: Authenticator,
    recovery_codes: Vec<String>,
}

async fn start(engine: Engine) -> (TestApp, Owner, Arc<ManualClock>) {
    let clock = ManualClock::at(SystemClock.now());
    let app = TestApp::start_at(engine, clock.clone()).await;
    let owner = app.signup("Bakery").await;
    (app, owner, clock)
}

async fn post(app: &TestApp, owner: &Owner, operation: &str, body: serde_json::Value) -> Answer {
    let path = format!("/api/auth/second-factor/{operation}");
    app.post(&path).bearer(&owner.access_token).json(&body).send().await
}

impl Protected {
    async fn start(engine: Engine) -> Self {
        let (app, owner, clock) = start(engine).await;
        let enrolled = post(&app, &owner, "enrol", json!({ "password": PASSWORD })).await;
        assert_eq!(enrolled.status, 200, "{}", enrolled.raw);
        let authenticator = Authenticator::new(&enrolled.text("/secret"), &clock);
        let confirmed = post(&app, &owner, "confirm", json!({ "code": authenticator.code() })).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.raw);
        let codes = confirmed.body["recovery_codes"].as_array().unwrap();
        let recovery_codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        // A code is taken once: the next one is another.
        clock.advance(Duration::from_secs(30));
        Self { app, owner, clock, authenticator, recovery_codes }
    }

    async fn ticket(&self) -> String {
        let answer = self.app.login(&self.owner.email, PASSWORD).await;
        answer.assert_problem(401, "second_factor_required");
        assert!(answer.header("set-cookie").is_none(), "nobody is signed in yet");
        answer.text("/ticket")
    }

    async fn second_step(&self, ticket: &str, code: &str) -> Answer {
        let body = json!({ "ticket": ticket, "code": code });
        self.app.post("/api/auth/login/second-factor").json(&body).send().await
    }
}

#[rstest]
#[tokio::test]
async fn signing_in_takes_the_password_and_a_code(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = Protected::start(engine).await;
    let ticket = it.ticket().await;
    it.second_step(&ticket, &it.authenticator.wrong_code()).await.assert_problem(422, "wrong_code");
    it.second_step("made up", &it.authenticator.code()).await.assert_problem(401, "ticket_invalid");
    let code = it.authenticator.code();
    let signed_in = it.second_step(&ticket, &code).await;
    assert_eq!(
        (signed_in.status, signed_in.text("/tenant/id")),
        (200, it.owner.tenant_id.clone()),
        "{}",
        signed_in.raw
    );
    assert!(signed_in.cookie().contains("session="));

    it.second_step(&ticket, &it.authenticator.code()).await.assert_problem(401, "ticket_invalid");
    it.second_step(&it.ticket().await, &code).await.assert_problem(422, "wrong_code");
    it.clock.advance(Duration::from_secs(30));
    let spaced = format!("{} {}", &it.authenticator.code()[..3], &it.authenticator.code()[3..]);
    assert_eq!(it.second_step(&it.ticket().await, &spaced).await.status, 200, "as apps show it");
    it.app.login(&it.owner.email, "not the password").await.assert_problem(401, "wrong_credentials");
}

#[rstest]
#[tokio::test]
async fn a_recovery_code_works_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = Protected::start(engine).await;
    assert_eq!(it.recovery_codes.len(), 10);
    let code = it.recovery_codes[0].replace('-', "").to_uppercase();
    assert_eq!(it.second_step(&it.ticket().await, &code).await.status, 200);
    it.second_step(&it.ticket().await, &code).await.assert_problem(422, "wrong_code");
    let status = it.app.get("/api/auth/second-factor").bearer(&it.owner.access_token).send().await;
    assert_eq!(status.body, json!({ "enabled": true, "recovery_codes_left": 9 }));

    post(&it.app, &it.owner, "recovery-codes", json!({ "password": "no" })).await.assert_problem(422, "wrong_password");
    let renewed = post(&it.app, &it.owner, "recovery-codes", json!({ "password": PASSWORD })).await;
    it.second_step(&it.ticket().await, &it.recovery_codes[1]).await.assert_problem(422, "wrong_code");
    assert_eq!(it.second_step(&it.ticket().await, &renewed.text("/recovery_codes/0")).await.status, 200);
}

#[rstest]
#[tokio::test]
async fn guessing_codes_is_slowed_down_and_a_ticket_ends(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = Protected::start(engine).await;
    let ticket = it.ticket().await;
    for _ in 0..5 {
        it.second_step(&ticket, &it.authenticator.wrong_code()).await.assert_problem(422, "wrong_code");
    }
    it.second_step(&ticket, &it.authenticator.code()).await.assert_problem(429, "too_many_requests");
    // Another ticket buys no other guess.
    it.second_step(&it.ticket().await, &it.authenticator.code()).await.assert_problem(429, "too_many_requests");
    it.clock.advance(Duration::from_mins(5));
    it.second_step(&ticket, &it.authenticator.code()).await.assert_problem(401, "ticket_invalid");
    assert_eq!(it.second_step(&it.ticket().await, &it.authenticator.code()).await.status, 200);
}

#[rstest]
#[tokio::test]
async fn it_is_on_only_after_a_code_and_off_only_with_the_password(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (app, owner, clock) = start(engine).await;
    post(&app, &owner, "enrol", json!({ "password": "no" })).await.assert_problem(422, "wrong_password");
    post(&app, &owner, "confirm", json!({ "code": "123456" })).await.assert_problem(404, "not_found");
    post(&app, &owner, "enrol", json!({ "password": PASSWORD })).await;
    let enrolled = post(&app, &owner, "enrol", json!({ "password": PASSWORD })).await;
    assert!(enrolled.text("/otpauth_url").starts_with("otpauth://totp/Switchboard:"), "{}", enrolled.raw);
    let authenticator = Authenticator::new(&enrolled.text("/secret"), &clock);
    post(&app, &owner, "confirm", json!({ "code": authenticator.wrong_code() }))
        .await
        .assert_problem(422, "wrong_code");
    assert_eq!(app.login(&owner.email, PASSWORD).await.status, 200, "not confirmed, it changes nothing");
    let confirmed = post(&app, &owner, "confirm", json!({ "code": authenticator.code() })).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.raw);
    post(&app, &owner, "enrol", json!({ "password": PASSWORD })).await.assert_problem(409, "second_factor_on");
    app.login(&owner.email, PASSWORD).await.assert_problem(401, "second_factor_required");

    post(&app, &owner, "disable", json!({ "password": "no" })).await.assert_problem(422, "wrong_password");
    assert_eq!(post(&app, &owner, "disable", json!({ "password": PASSWORD })).await.status, 204);
    assert_eq!(app.login(&owner.email, PASSWORD).await.status, 200);
    let audit = app.get("/api/audit?action=person").bearer(&owner.access_token).send().await;
    assert_eq!(audit.text("/items/0/action"), "person.second_factor_disabled");
    assert_eq!(audit.text("/items/1/action"), "person.second_factor_enabled");
}

#[rstest]
#[tokio::test]
async fn secrets_of_apps_are_encrypted_and_survive_a_rotation_of_master_keys(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const OLD: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "next:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
    let clock = ManualClock::at(SystemClock.now());
    let both = |settings: &mut Settings| {
        settings.master_keys = Some(format!("{OLD},{NEW}").into());
    };
    let app = TestApp::start_with(engine, clock.clone(), both).await;
    let owner = app.signup("Bakery").await;
    let secret = post(&app, &owner, "enrol", json!({ "password": PASSWORD })).await.text("/secret");
    let rotated = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["keys", "rotate"])
        .env("DATABASE_URL", &app.db.url)
        .env("SWITCHBOARD_MASTER_KEYS", format!("{NEW},{OLD}"))
        .output()
        .expect("the command runs");
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let mut tx = app.db.db.read(Scope::System).await.unwrap();
    assert_eq!(second_factor::master_keys_in_use(&mut tx.conn()).await.unwrap(), ["next"]);
    drop(tx);
    let authenticator = Authenticator::new(&secret, &clock);
    let confirmed = post(&app, &owner, "confirm", json!({ "code": authenticator.code() })).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.raw);

    let dump = match app.db.url.strip_prefix("sqlite://") {
        Some(path) => [path.to_owned(), format!("{path}-wal")].map(|it| std::fs::read(it).unwrap()).concat(),
        None => switchboard_test_support::dump(&app.db.db).await,
    };
    let raw = Secret::try_from_base32(&secret).expect("base32");
    let holds = |bytes: &[u8]| {
        let hex = hex::encode(bytes);
        [bytes, hex.as_bytes()].iter().any(|it| dump.windows(it.len()).any(|window| window == *it))
    };
    assert!(holds(owner.email.as_bytes()), "the search finds what is there");
    assert!(!holds(raw.as_bytes()) && !holds(secret.as_bytes()));
    for code in confirmed.body["recovery_codes"].as_array().unwrap() {
        assert!(!holds(code.as_str().unwrap().as_bytes()));
    }
}

#[rstest]
#[tokio::test]
async fn a_platform_admin_proves_their_address_with_a_new_password_and_nothing_set_up_before_is_left(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const ADMIN: &str = "ada@platform.example";
    let clock = ManualClock::at(SystemClock.now());
    let name_admin = |settings: &mut Settings| settings.platform_admins = Some(ADMIN.to_owned());
    let mailbox = Mailbox::open_with(engine, clock.clone(), name_admin).await;
    let app = &mailbox.app;
    // Anybody may sign up with the address, and lock the door behind them.
    let stranger = app.signup_as("Impostor", ADMIN).await;
    let enrolled = post(app, &stranger, "enrol", json!({ "password": PASSWORD })).await;
    let authenticator = Authenticator::new(&enrolled.text("/secret"), &clock);
    assert_eq!(post(app, &stranger, "confirm", json!({ "code": authenticator.code() })).await.status, 200);

    // Whoever reads its mail cannot make them an admin by a click.
    let mail = mailbox.mail(ADMIN, 1).await;
    assert_eq!(mail["subject"], "Prove your address with a new password");
    let token = token(&mail, "reset-password");
    let click = app.post("/api/auth/verify-email").json(&json!({ "token": token })).send().await;
    click.assert_problem(410, "link_invalid");
    let new = "a password of the admin's own";
    let reset = app.post("/api/auth/password/reset").json(&json!({ "token": token, "password": new })).send().await;
    assert_eq!(reset.status, 204, "{}", reset.raw);
    app.get("/api/auth/me").bearer(&stranger.access_token).send().await.assert_problem(401, "unauthorized");
    app.login(ADMIN, PASSWORD).await.assert_problem(401, "wrong_credentials");
    let admin = app.login(ADMIN, new).await;
    assert_eq!((admin.status, &admin.body["user"]["platform_admin"]), (200, &json!(true)), "{}", admin.raw);
}
