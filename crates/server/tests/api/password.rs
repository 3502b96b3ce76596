use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine;

use crate::support::{
    Answer, PASSWORD, TestApp,
    mailbox::{Mailbox, token},
};

const NEW: &str = "another long password of one's own";

async fn forgot(app: &TestApp, email: &str) -> Answer {
    app.post("/api/auth/password/forgot").json(&json!({ "email": email })).send().await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    app.post("/api/auth/password/reset").json(&json!({ "token": token, "password": password })).send().await
}

#[rstest]
#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail_and_every_session_ends(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mailbox = Mailbox::open(engine).await;
    let app = &mailbox.app;
    let owner = app.signup("Bakery").await;
    mailbox.mail(&owner.email, 1).await;
    assert_eq!(forgot(app, &owner.email.to_uppercase()).await.status, 202);
    let token = token(&mailbox.mail(&owner.email, 2).await, "reset-password");

    // A password that cannot be does not cost the link.
    let refused = reset(app, &token, "short").await;
    refused.assert_problem(422, "invalid");
    assert_eq!(refused.invalid_fields(), ["password"]);
    assert_eq!(reset(app, &token, NEW).await.status, 204);
    reset(app, &token, NEW).await.assert_problem(410, "link_invalid");
    app.get("/api/auth/me").bearer(&owner.access_token).send().await.assert_problem(401, "unauthorized");
    app.post("/api/auth/refresh").cookie(&owner.cookie).send().await.assert_problem(401, "unauthorized");
    app.login(&owner.email, PASSWORD).await.assert_problem(401, "wrong_credentials");
    let login = app.login(&owner.email, NEW).await;
    assert_eq!((login.status, &login.body["user"]["email_verified"]), (200, &json!(true)), "the mail has arrived");
    let audit = app.get("/api/audit?action=person").bearer(&login.text("/access_token")).send().await;
    assert_eq!(audit.text("/items/0/action"), "person.password_reset");
    let notice = mailbox.mail(&owner.email, 3).await;
    assert_eq!(notice["subject"], "Your password was changed");
}

#[rstest]
#[tokio::test]
async fn nobody_learns_who_has_an_account(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mailbox = Mailbox::open(engine).await;
    let app = &mailbox.app;
    let owner = app.signup("Bakery").await;
    let (known, unknown) = (forgot(app, &owner.email).await, forgot(app, "nobody@example.com").await);
    assert_eq!((known.status, known.raw), (unknown.status, unknown.raw));
    mailbox.mail(&owner.email, 2).await;
    assert!(mailbox.mails("nobody@example.com").await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_reset_link_works_for_an_hour(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let mailbox = Mailbox::open_at(engine, &clock).await;
    let owner = mailbox.app.signup("Bakery").await;
    mailbox.mail(&owner.email, 1).await;
    forgot(&mailbox.app, &owner.email).await;
    let token = token(&mailbox.mail(&owner.email, 2).await, "reset-password");
    clock.advance(Duration::from_hours(1));
    reset(&mailbox.app, &token, NEW).await.assert_problem(410, "link_invalid");
    reset(&mailbox.app, "made up", NEW).await.assert_problem(410, "link_invalid");
}

#[rstest]
#[tokio::test]
async fn where_no_mail_is_sent_that_is_said(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    forgot(&app, "ayse@example.com").await.assert_problem(409, "mail_off");
}

#[rstest]
#[tokio::test]
async fn a_known_password_is_changed_and_the_other_sessions_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let other = app.login(&owner.email, PASSWORD).await;
    let change = async |current: &str, new: &str| {
        let body = json!({ "current_password": current, "password": new });
        app.put("/api/auth/password").bearer(&owner.access_token).json(&body).send().await
    };
    change("not the password", NEW).await.assert_problem(422, "wrong_password");
    assert_eq!(change(PASSWORD, &owner.email).await.invalid_fields(), ["password"]);
    assert_eq!(change(PASSWORD, NEW).await.status, 204);
    assert_eq!(app.get("/api/auth/me").bearer(&owner.access_token).send().await.status, 200, "this one goes on");
    let ended = app.get("/api/auth/me").bearer(&other.text("/access_token")).send().await;
    ended.assert_problem(401, "unauthorized");
    app.login(&owner.email, PASSWORD).await.assert_problem(401, "wrong_credentials");
    assert_eq!(app.login(&owner.email, NEW).await.status, 200);
}

#[rstest]
#[tokio::test]
async fn guessing_the_password_of_an_open_session_is_slowed_down(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let body = json!({ "current_password": "a guess", "password": NEW });
    let guess = async || app.put("/api/auth/password").bearer(&owner.access_token).json(&body).send().await;
    for _ in 0..5 {
        guess().await.assert_problem(422, "wrong_password");
    }
    guess().await.assert_problem(429, "too_many_requests");
}

#[rstest]
#[tokio::test]
async fn a_person_changes_their_name_and_language(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let patch = async |body| app.patch("/api/auth/me").bearer(&owner.access_token).json(&body).send().await;
    let changed = patch(json!({ "name": " Ayşe Yılmaz ", "language": "tr" })).await;
    assert_eq!((changed.text("/user/name"), changed.text("/user/language")), ("Ayşe Yılmaz".into(), "tr".into()));
    assert_eq!(patch(json!({})).await.body, changed.body);
    assert_eq!(app.get("/api/auth/me").bearer(&owner.access_token).send().await.body, changed.body);
    assert_eq!(patch(json!({ "name": " " })).await.invalid_fields(), ["name"]);
    patch(json!({ "language": "de" })).await.assert_problem(400, "malformed");
}
