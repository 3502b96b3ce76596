//! Starts that are refused.

use std::{process::Output, time::Duration};

use switchboard_test_support::{Engine, TestDb};

use super::{
    process::{PATIENCE, switchboard},
    site::Site,
};

const NAMES: [&str; 4] = ["SWITCHBOARD_MASTER_KEYS", "JWT_SECRET", "META_APP_SECRET", "WEBHOOK_VERIFY_TOKEN"];
const WEAK: [&str; 4] = ["k1:c2hvcnQta2V5", "changeme-changeme-changeme-changeme", "s3cret", "weak-7"];

/// What `switchboard serve` says when it does not start.
async fn refusal(database_url: &str, environment: &[(&str, &str)]) -> String {
    let mut command = switchboard();
    command.arg("serve").env("DATABASE_URL", database_url).env("SWITCHBOARD_BIND", "127.0.0.1:0");
    command.envs(environment.iter().copied());
    let ended = tokio::time::timeout(PATIENCE, command.output()).await;
    let output: Output = ended.expect("it ends by itself").expect("the binary starts");
    assert!(output.status.code().is_some_and(|code| code != 0), "{}", output.status);
    String::from_utf8(output.stderr).expect("it writes text")
}

#[tokio::test]
async fn a_start_without_secrets_is_refused_with_every_reason() {
    let db = TestDb::unmigrated(Engine::Sqlite).await;
    let told = refusal(&db.url, &[]).await;
    for name in NAMES {
        assert!(told.contains(&format!("{name} is missing")), "{name} in {told}");
    }
}

#[tokio::test]
async fn a_start_with_weak_secrets_is_refused_with_every_reason_and_none_of_them() {
    let db = TestDb::unmigrated(Engine::Sqlite).await;
    let environment: Vec<_> = NAMES.into_iter().zip(WEAK).chain([("META_APP_ID", "1234567890")]).collect();
    let told = refusal(&db.url, &environment).await;
    for (name, secret) in NAMES.into_iter().zip(WEAK) {
        assert!(told.contains(name), "{name} in {told}");
        assert!(!told.contains(secret), "{name}'s value in {told}");
    }
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused_and_the_first_serves_on() {
    let site = Site::start(Engine::Sqlite, Duration::from_millis(300)).await;
    let server = site.serve().await;
    let told = refusal(
        &site.db.url,
        &[
            ("SWITCHBOARD_MASTER_KEYS", "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ("JWT_SECRET", "n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC"),
            ("META_APP_ID", "1234567890"),
            ("META_APP_SECRET", "0123456789abcdef0123456789abcdef"),
            ("WEBHOOK_VERIFY_TOKEN", "a-token-of-the-tests"),
        ],
    )
    .await;
    assert!(told.contains("another process is using") && told.contains("PostgreSQL"), "{told}");
    let customers = super::site::customers(1);
    assert_eq!(site.asks(&customers[0]).await.http_status, Some(200));
    site.each_is_answered_once(&server, &customers).await;
}
