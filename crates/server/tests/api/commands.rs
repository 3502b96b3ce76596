//! The commands, as the binary runs them.

use std::process::{Command, Output};

use rstest::rstest;
use switchboard_test_support::{Engine, TestDb};

use crate::support::TestApp;

const OLD_KEY: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NEW_KEY: &str = "next:/+7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u4=";

/// The binary with a whole configuration and nothing else in its environment.
pub(crate) fn switchboard(database_url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    command.args(arguments).env_clear().env("DATABASE_URL", database_url);
    for (key, value) in [
        ("SWITCHBOARD_MASTER_KEYS", OLD_KEY),
        ("JWT_SECRET", "n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC"),
        ("META_APP_ID", "1234567890"),
        ("META_APP_SECRET", "0123456789abcdef0123456789abcdef"),
        ("WEBHOOK_VERIFY_TOKEN", "a-token-of-the-tests"),
    ] {
        command.env(key, value);
    }
    command
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

#[tokio::test]
async fn serve_refuses_to_start_and_gives_every_reason() {
    let db = TestDb::unmigrated(Engine::Sqlite).await;
    let mut serve = switchboard(&db.url, &["serve"]);
    serve
        .env("JWT_SECRET", "weak-and-never-repeated")
        .env_remove("META_APP_ID")
        .env("PUBLIC_URL", "http://example.com");
    let output = serve.output().unwrap();
    assert!(!output.status.success());
    let told = text(&output);
    for name in ["JWT_SECRET", "META_APP_ID", "PUBLIC_URL"] {
        assert!(told.contains(name), "{name} in {told}");
    }
    assert!(!told.contains("weak-and-never-repeated"), "{told}");
}

#[tokio::test]
async fn sqlite_is_for_one_process() {
    let app = TestApp::start(Engine::Sqlite).await;
    let second = switchboard(&app.db.url, &["serve"]).env("SWITCHBOARD_BIND", "127.0.0.1:0").output().unwrap();
    assert!(!second.status.success() && text(&second).contains("another process is using"), "{}", text(&second));
    let split = switchboard("sqlite://never-made.db", &["serve", "--roles", "api"]).output().unwrap();
    assert!(!split.status.success() && text(&split).contains("--roles"), "{}", text(&split));
}

#[rstest]
#[tokio::test]
async fn migrate_brings_the_schema_up_to_date(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let db = TestDb::unmigrated(engine).await;
    let output = switchboard(&db.url, &["migrate"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(db.db.pending_migrations().await.unwrap(), 0);
    let again = switchboard(&db.url, &["migrate"]).output().unwrap();
    assert_eq!(text(&again), "0 migration(s) applied\n");
}

#[rstest]
#[tokio::test]
async fn doctor_passes_what_is_in_order_and_fails_what_is_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    app.signup("Bakery").await;
    let healthy = switchboard(&app.db.url, &["doctor"]).output().unwrap();
    assert!(healthy.status.success(), "{}", text(&healthy));
    assert!(!text(&healthy).contains("FAIL"), "{}", text(&healthy));

    let mut lost = switchboard(&app.db.url, &["doctor"]);
    let lost = lost.env("SWITCHBOARD_MASTER_KEYS", NEW_KEY).env_remove("META_APP_ID").output().unwrap();
    assert!(!lost.status.success());
    for line in ["FAIL  configuration", "pass  database", "pass  migrations", "FAIL  master keys"] {
        assert!(text(&lost).contains(line), "{line} in {}", text(&lost));
    }

    let fresh = TestDb::unmigrated(engine).await;
    let pending = switchboard(&fresh.url, &["doctor"]).output().unwrap();
    assert!(text(&pending).contains("FAIL  migrations"), "{}", text(&pending));
}

#[rstest]
#[tokio::test]
async fn rotation_wraps_every_tenants_key_anew(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    for name in ["Bakery", "Florist", "Garage"] {
        app.signup(name).await;
    }
    let rotate = |keys: &str| {
        switchboard(&app.db.url, &["keys", "rotate"]).env("SWITCHBOARD_MASTER_KEYS", keys).output().unwrap()
    };
    let rotated = rotate(&format!("{NEW_KEY},{OLD_KEY}"));
    assert!(rotated.status.success() && text(&rotated).starts_with("3 data key(s)"), "{}", text(&rotated));
    let again = rotate(&format!("{NEW_KEY},{OLD_KEY}"));
    assert!(text(&again).starts_with("0 data key(s)"), "{}", text(&again));

    let doctor = switchboard(&app.db.url, &["doctor"]).env("SWITCHBOARD_MASTER_KEYS", NEW_KEY).output().unwrap();
    assert!(doctor.status.success(), "the old key is not needed any more: {}", text(&doctor));
    let ready = app.get("/ready").send().await;
    assert_eq!(ready.status, 503, "a server that was not given the new key is not ready: {}", ready.raw);
    let backwards = rotate(OLD_KEY);
    assert!(!backwards.status.success() && text(&backwards).contains("next"), "{}", text(&backwards));
}
