use std::time::Duration;

use rstest::rstest;
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine;

use crate::support::{PASSWORD, TestApp};

#[rstest]
#[tokio::test]
async fn the_right_password_signs_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let answer = app.login(&owner.email.to_uppercase(), PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.raw);
    assert_eq!(answer.text("/tenant/id"), owner.tenant_id);
    assert_eq!(answer.text("/user/role"), "owner");
    assert_ne!(answer.cookie(), owner.cookie);
}

#[rstest]
#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let wrong = app.login(&owner.email, "another long password").await;
    let unknown = app.login("nobody@example.com", PASSWORD).await;
    wrong.assert_problem(401, "wrong_credentials");
    assert_eq!(wrong.body, unknown.body);
    assert!(wrong.header("set-cookie").is_none());
}

#[rstest]
#[tokio::test]
async fn after_five_failures_an_address_waits(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let app = TestApp::start_at(engine, clock.clone()).await;
    let owner = app.signup("Bakery").await;
    for _ in 0..5 {
        app.login(&owner.email, "another long password").await.assert_problem(401, "wrong_credentials");
    }
    let refused = app.login(&owner.email, PASSWORD).await;
    refused.assert_problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.body["retry_after"], 1);

    clock.advance(Duration::from_secs(1));
    assert_eq!(app.login(&owner.email, PASSWORD).await.status, 200);
    assert_eq!(app.login(&owner.email, PASSWORD).await.status, 200, "the failures of before are forgotten");
}

#[rstest]
#[tokio::test]
async fn what_is_no_sign_in_at_all_is_said_to_be_malformed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let answer = app.post("/api/auth/login").json(&serde_json::json!({ "email": "a@b.c" })).send().await;
    answer.assert_problem(400, "malformed");
}
