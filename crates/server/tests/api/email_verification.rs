use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine;

use crate::support::{
    PASSWORD, TestApp,
    mailbox::{Mailbox, token},
};

#[rstest]
#[tokio::test]
async fn whoever_has_not_proved_their_address_works_but_invites_nobody(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mailbox = Mailbox::open(engine).await;
    let app = &mailbox.app;
    let owner = app.signup("Bakery").await;
    let verified = async || {
        let me = app.get("/api/auth/me").bearer(&owner.access_token).send().await;
        me.body["user"]["email_verified"].as_bool().unwrap()
    };
    assert!(!verified().await);
    let rename = app.patch("/api/tenant").bearer(&owner.access_token).json(&json!({ "name": "Bakery & Sons" }));
    assert_eq!(rename.send().await.status, 200);
    let invite = async || {
        let body = json!({ "email": "mehmet@example.com", "role": "operator" });
        app.post("/api/invitations").bearer(&owner.access_token).json(&body).send().await
    };
    invite().await.assert_problem(403, "email_unverified");
    let key = app.api_key(&owner, "admin").await;
    let by_key = async || {
        let body = json!({ "email": "fatma@example.com", "role": "operator" });
        app.post("/api/invitations").api_key(&key).json(&body).send().await
    };
    by_key().await.assert_problem(403, "email_unverified");

    let token = token(&mailbox.mail(&owner.email, 1).await, "verify-email");
    let prove = async || app.post("/api/auth/verify-email").json(&json!({ "token": token })).send().await;
    assert_eq!(prove().await.status, 204);
    assert!(verified().await);
    assert_eq!((invite().await.status, by_key().await.status), (201, 201));
    prove().await.assert_problem(410, "link_invalid");
    let resend = app.post("/api/auth/verify-email/resend").bearer(&owner.access_token).send().await;
    resend.assert_problem(409, "already_verified");
}

#[rstest]
#[tokio::test]
async fn a_link_works_for_a_day_and_another_can_be_sent(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let mailbox = Mailbox::open_at(engine, &clock).await;
    let app = &mailbox.app;
    let owner = app.signup("Bakery").await;
    let first = token(&mailbox.mail(&owner.email, 1).await, "verify-email");
    clock.advance(Duration::from_hours(24));
    let prove = async |token: &str| app.post("/api/auth/verify-email").json(&json!({ "token": token })).send().await;
    prove(&first).await.assert_problem(410, "link_invalid");
    let access_token = app.login(&owner.email, PASSWORD).await.text("/access_token");
    let resend = app.post("/api/auth/verify-email/resend").bearer(&access_token).send().await;
    assert_eq!((resend.status, resend.raw.as_str()), (202, ""));
    let second = token(&mailbox.mail(&owner.email, 2).await, "verify-email");
    assert_eq!(prove(&second).await.status, 204);
}

#[rstest]
#[tokio::test]
async fn mails_cannot_be_asked_for_without_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mailbox = Mailbox::open(engine).await;
    let owner = mailbox.app.signup("Bakery").await;
    let resend = async || mailbox.app.post("/api/auth/verify-email/resend").bearer(&owner.access_token).send().await;
    for _ in 0..5 {
        assert_eq!(resend().await.status, 202);
    }
    resend().await.assert_problem(429, "too_many_requests");
}

#[rstest]
#[tokio::test]
async fn where_no_mail_is_sent_every_address_counts(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let me = app.get("/api/auth/me").bearer(&owner.access_token).send().await;
    assert_eq!(me.body["user"]["email_verified"], true);
    let resend = app.post("/api/auth/verify-email/resend").bearer(&owner.access_token).send().await;
    resend.assert_problem(409, "mail_off");
}
