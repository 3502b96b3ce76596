use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine;

use crate::support::{
    Answer, Owner, PASSWORD, TestApp,
    mailbox::{Mailbox, token, token_of},
};

const MEHMET: &str = "mehmet@example.com";

async fn invite(app: &TestApp, owner: &Owner, email: &str, role: &str) -> Answer {
    let body = json!({ "email": email, "role": role, "language": "tr" });
    app.post("/api/invitations").bearer(&owner.access_token).json(&body).send().await
}

/// The token of the link that an installation without mail shows.
fn shown(invited: &Answer) -> String {
    token_of(&invited.text("/link"), "invitation")
}

async fn accept(app: &TestApp, token: &str, name: &str) -> Answer {
    let body = json!({ "token": token, "name": name, "password": PASSWORD });
    app.post("/api/invitations/accept").json(&body).send().await
}

async fn offer(app: &TestApp, token: &str) -> Answer {
    app.post("/api/invitations/offer").json(&json!({ "token": token })).send().await
}

#[rstest]
#[tokio::test]
async fn somebody_new_is_invited_by_mail_and_works_here(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mailbox = Mailbox::open(engine).await;
    let app = &mailbox.app;
    let owner = app.signup("Bakery").await;
    let proof = token(&mailbox.mail(&owner.email, 1).await, "verify-email");
    app.post("/api/auth/verify-email").json(&json!({ "token": proof })).send().await;
    let invited = invite(app, &owner, "Mehmet@Example.com", "operator").await;
    assert_eq!((invited.status, &invited.body["link"]), (201, &Value::Null), "{}", invited.raw);
    let mail = mailbox.mail(MEHMET, 1).await;
    assert_eq!(mail["subject"], "Bakery daveti");
    let token = token(&mail, "invitation");

    let offered = offer(app, &token).await;
    assert_eq!((offered.text("/tenant_name"), offered.text("/email")), ("Bakery".into(), MEHMET.into()));
    assert_eq!((offered.text("/role"), &offered.body["has_account"]), ("operator".into(), &json!(false)));
    let accepted = accept(app, &token, "Mehmet").await;
    assert_eq!(accepted.status, 200, "{}", accepted.raw);
    assert_eq!((accepted.text("/user/role"), accepted.text("/user/language")), ("operator".into(), "tr".into()));
    assert_eq!(accepted.body["user"]["email_verified"], true, "the link has come by mail");
    assert_eq!(accepted.text("/tenant/id"), owner.tenant_id);
    accept(app, &token, "Mehmet").await.assert_problem(410, "link_invalid");
    assert_eq!(app.login(MEHMET, PASSWORD).await.text("/user/name"), "Mehmet");
    let people = app.get("/api/people").bearer(&accepted.text("/access_token")).send().await;
    assert_eq!(people.body["items"].as_array().unwrap().len(), 2, "{}", people.raw);
    let open = app.get("/api/invitations").bearer(&owner.access_token).send().await;
    assert_eq!(open.body["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn without_mail_the_link_is_shown_once_to_whoever_invites(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let invited = invite(&app, &owner, MEHMET, "admin").await;
    let token = shown(&invited);
    let list = app.get("/api/invitations").bearer(&owner.access_token).send().await;
    assert_eq!(list.text("/items/0/email"), MEHMET);
    assert!(!list.raw.contains(&token), "{}", list.raw);

    // Sent again, it has another link, and the first one ends.
    let path = format!("/api/invitations/{}/resend", invited.text("/id"));
    let again = shown(&app.post(&path).bearer(&owner.access_token).send().await);
    offer(&app, &token).await.assert_problem(410, "link_invalid");
    assert_eq!(accept(&app, &again, "Mehmet").await.text("/user/role"), "admin");
    let audit = app.get("/api/audit?action=invitation").bearer(&owner.access_token).send().await;
    let items = audit.body["items"].as_array().unwrap();
    let actions: Vec<_> = items.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["invitation.accepted", "invitation.resent", "invitation.created"]);
    assert!(!audit.raw.contains(&again), "{}", audit.raw);
}

#[rstest]
#[tokio::test]
async fn somebody_with_an_account_signs_in_to_accept(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let (bakery, florist, third) = (app.signup("Bakery").await, app.signup("Florist").await, app.signup("Third").await);
    let token = shown(&invite(&app, &bakery, &florist.email, "viewer").await);
    assert_eq!(offer(&app, &token).await.body["has_account"], true);
    accept(&app, &token, "Somebody").await.assert_problem(409, "sign_in_first");
    let body = json!({ "token": token });
    let as_other = app.post("/api/invitations/accept").bearer(&third.access_token).json(&body).send().await;
    as_other.assert_problem(403, "invited_another");
    let accepted = app.post("/api/invitations/accept").bearer(&florist.access_token).json(&body).send().await;
    assert_eq!((accepted.status, accepted.text("/tenant/name")), (200, "Bakery".into()), "{}", accepted.raw);
    assert_eq!(accepted.text("/user/role"), "viewer");
    // The session of before is for the business of before.
    let before = app.get("/api/auth/me").bearer(&florist.access_token).send().await;
    assert_eq!((before.text("/tenant/name"), before.text("/role")), ("Florist".into(), "owner".into()));
    assert_eq!(goes_between(&app, &florist).await, bakery.tenant_id);
}

/// From the one business that a session is for to the other; which that is.
async fn goes_between(app: &TestApp, florist: &Owner) -> String {
    let list = app.get("/api/auth/tenants").bearer(&florist.access_token).send().await;
    let items = list.body["items"].as_array().unwrap();
    let told: Vec<_> = items.iter().map(|it| (it["name"].as_str(), it["role"].as_str(), &it["current"])).collect();
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(told, [(Some("Florist"), Some("owner"), &yes), (Some("Bakery"), Some("viewer"), &no)], "{}", list.raw);
    let switch = |to: &Value| app.post("/api/auth/switch").json(&json!({ "tenant_id": to }));
    let switched = switch(&items[1]["id"]).bearer(&florist.access_token).send().await;
    assert_eq!((switched.status, switched.text("/user/role")), (200, "viewer".into()), "{}", switched.raw);
    let refreshed = app.post("/api/auth/refresh").cookie(&switched.cookie()).send().await;
    assert_eq!(refreshed.text("/tenant/name"), "Bakery");
    app.get("/api/auth/me").bearer(&florist.access_token).send().await.assert_problem(401, "unauthorized");
    let nowhere = json!(uuid::Uuid::nil());
    switch(&nowhere).bearer(&switched.text("/access_token")).send().await.assert_problem(404, "not_found");
    switched.text("/tenant/id")
}

#[rstest]
#[tokio::test]
async fn each_business_has_a_session_of_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let (bakery, florist) = (app.signup("Bakery").await, app.signup("Florist").await);
    let token = shown(&invite(&app, &bakery, &florist.email, "viewer").await);
    let accept = app.post("/api/invitations/accept").bearer(&florist.access_token);
    assert_eq!(accept.json(&json!({ "token": token })).send().await.status, 200);
    let sessions = app.get("/api/auth/sessions").bearer(&florist.access_token).send().await;
    assert_eq!(sessions.body["items"].as_array().unwrap().len(), 2, "{}", sessions.raw);
}

#[rstest]
#[tokio::test]
async fn an_invitation_ends_by_time_and_by_hand(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let app = TestApp::start_at(engine, clock.clone()).await;
    let owner = app.signup("Bakery").await;
    let key = app.api_key(&owner, "admin").await;
    let revoked = invite(&app, &owner, MEHMET, "viewer").await;
    let path = format!("/api/invitations/{}", revoked.text("/id"));
    assert_eq!(app.delete(&path).api_key(&key).send().await.status, 204);
    accept(&app, &shown(&revoked), "Mehmet").await.assert_problem(410, "link_invalid");
    app.delete(&path).api_key(&key).send().await.assert_problem(404, "not_found");
    app.post(&format!("{path}/resend")).api_key(&key).send().await.assert_problem(404, "not_found");

    let late = invite(&app, &owner, MEHMET, "viewer").await;
    assert_eq!(late.status, 201, "revoked, the address can be invited again: {}", late.raw);
    clock.advance(Duration::from_hours(7 * 24));
    accept(&app, &shown(&late), "Mehmet").await.assert_problem(410, "link_invalid");
    let renewed = app.post(&format!("/api/invitations/{}/resend", late.text("/id"))).api_key(&key).send().await;
    assert_eq!(accept(&app, &shown(&renewed), "Mehmet").await.status, 200);
}

#[rstest]
#[tokio::test]
async fn nobody_is_invited_twice_or_to_more_than_the_inviter_has(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let key = app.api_key(&owner, "admin").await;
    let body = json!({ "email": MEHMET, "role": "owner" });
    let too_much = app.post("/api/invitations").api_key(&key).json(&body).send().await;
    too_much.assert_problem(403, "role_too_strong");
    assert_eq!(invite(&app, &owner, MEHMET, "owner").await.status, 201);
    invite(&app, &owner, MEHMET, "viewer").await.assert_problem(409, "already_invited");
    invite(&app, &owner, &owner.email, "viewer").await.assert_problem(409, "already_member");
    assert_eq!(invite(&app, &owner, "nobody", "viewer").await.invalid_fields(), ["email"]);
}

#[rstest]
#[tokio::test]
async fn all_that_is_wrong_with_an_acceptance_is_told_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let token = shown(&invite(&app, &owner, MEHMET, "viewer").await);
    let body = json!({ "token": token });
    let answer = app.post("/api/invitations/accept").json(&body).send().await;
    assert_eq!(answer.invalid_fields(), ["name", "password"]);
    assert_eq!(accept(&app, &token, "Mehmet").await.status, 200, "the link still works");
}
