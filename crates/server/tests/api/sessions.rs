use std::{sync::Arc, time::Duration};

use rstest::rstest;
use serde_json::json;
use switchboard_store::{Clock, ManualClock, Scope, SystemClock, TenantId, membership, session};
use switchboard_test_support::Engine;

use crate::support::{PASSWORD, PUBLIC_URL, TestApp};

const DAY: Duration = Duration::from_hours(24);

async fn start(engine: Engine) -> (TestApp, Arc<ManualClock>) {
    let clock = ManualClock::at(SystemClock.now());
    (TestApp::start_at(engine, clock.clone()).await, clock)
}

#[rstest]
#[tokio::test]
async fn a_session_outlives_its_access_tokens(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (app, clock) = start(engine).await;
    let owner = app.signup("Bakery").await;
    clock.advance(Duration::from_mins(10));
    app.get("/api/auth/me").bearer(&owner.access_token).send().await.assert_problem(401, "unauthorized");

    let refreshed = app.post("/api/auth/refresh").cookie(&owner.cookie).send().await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.raw);
    assert_eq!(refreshed.text("/tenant/id"), owner.tenant_id);
    assert_eq!(refreshed.cookie(), owner.cookie, "the session stays the same");
    let me = app.get("/api/auth/me").bearer(&refreshed.text("/access_token")).send().await;
    assert_eq!(me.status, 200);
}

#[rstest]
#[tokio::test]
async fn a_session_ends_thirty_days_after_its_last_use(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (app, clock) = start(engine).await;
    let owner = app.signup("Bakery").await;
    for days in [29, 29] {
        clock.advance(days * DAY);
        assert_eq!(app.post("/api/auth/refresh").cookie(&owner.cookie).send().await.status, 200);
    }
    clock.advance(30 * DAY);
    app.post("/api/auth/refresh").cookie(&owner.cookie).send().await.assert_problem(401, "unauthorized");
    app.get("/api/auth/me").cookie(&owner.cookie).send().await.assert_problem(401, "unauthorized");
}

#[rstest]
#[tokio::test]
async fn signing_out_ends_the_session_and_all_of_its_tokens(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    assert_eq!(app.get("/api/auth/me").bearer(&owner.access_token).send().await.status, 200);

    let out = app.post("/api/auth/logout").cookie(&owner.cookie).send().await;
    assert_eq!((out.status, out.raw.as_str()), (204, ""));
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    app.get("/api/auth/me").bearer(&owner.access_token).send().await.assert_problem(401, "unauthorized");
    app.get("/api/auth/me").cookie(&owner.cookie).send().await.assert_problem(401, "unauthorized");
    app.post("/api/auth/refresh").cookie(&owner.cookie).send().await.assert_problem(401, "unauthorized");
    assert_eq!(app.post("/api/auth/logout").cookie(&owner.cookie).send().await.status, 204, "twice is no error");
}

#[rstest]
#[tokio::test]
async fn signing_out_with_the_access_token_alone_ends_its_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    assert_eq!(app.post("/api/auth/logout").bearer(&owner.access_token).send().await.status, 204);
    app.post("/api/auth/refresh").cookie(&owner.cookie).send().await.assert_problem(401, "unauthorized");
}

#[rstest]
#[tokio::test]
async fn a_session_that_another_replica_ended_is_refused_within_seconds(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (app, clock) = start(engine).await;
    let owner = app.signup("Bakery").await;
    assert_eq!(app.get("/api/auth/me").bearer(&owner.access_token).send().await.status, 200);
    end_all_sessions(&app, &owner.tenant_id).await;
    clock.advance(switchboard_accounts::STANDING_TTL);
    app.get("/api/auth/me").bearer(&owner.access_token).send().await.assert_problem(401, "unauthorized");
}

/// In the database alone, as another process does it.
async fn end_all_sessions(app: &TestApp, tenant: &str) {
    let (tenant, now) = (TenantId(tenant.parse().expect("an id")), SystemClock.now());
    let mut tx = app.db.db.write(Scope::Tenant(tenant)).await.expect("a transaction");
    let mut conn = tx.conn();
    for person in membership::people(&mut conn, tenant).await.expect("people") {
        for session in session::of_person(&mut conn, tenant, person.person_id, now).await.expect("sessions") {
            assert!(session::revoke(&mut conn, tenant, session.id, now).await.expect("it is revoked"));
        }
    }
    tx.commit().await.expect("a commit");
}

#[rstest]
#[case(&[])]
#[case(&[("origin", "https://evil.example.com")])]
#[case(&[("sec-fetch-site", "cross-site")])]
#[case(&[("sec-fetch-site", "same-site"), ("origin", PUBLIC_URL)])]
#[tokio::test]
async fn the_cookie_alone_changes_nothing_from_elsewhere(#[case] headers: &[(&str, &str)]) {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.signup("Bakery").await;
    let mut call = app.patch("/api/tenant").cookie(&owner.cookie);
    for (name, value) in headers {
        call = call.header(name, value);
    }
    call.json(&json!({ "name": "Taken over" })).send().await.assert_problem(401, "unauthorized");
    let tenant = app.get("/api/tenant").cookie(&owner.cookie).send().await;
    assert_eq!((tenant.status, tenant.text("/name")), (200, "Bakery".into()));
}

#[rstest]
#[case(("origin", PUBLIC_URL))]
#[case(("sec-fetch-site", "same-origin"))]
#[tokio::test]
async fn our_own_page_works_with_the_cookie(#[case] header: (&str, &str)) {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.signup("Bakery").await;
    let call = app.patch("/api/tenant").cookie(&owner.cookie).header(header.0, header.1);
    assert_eq!(call.json(&json!({ "name": "Bakery & Sons" })).send().await.text("/name"), "Bakery & Sons");
}

#[rstest]
#[tokio::test]
async fn another_sites_page_neither_refreshes_nor_signs_out(#[values("refresh", "logout")] operation: &str) {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.signup("Bakery").await;
    let call = app.post(&format!("/api/auth/{operation}")).cookie(&owner.cookie);
    call.header("origin", "https://evil.example.com").send().await.assert_problem(403, "foreign_origin");
    assert_eq!(app.get("/api/auth/me").cookie(&owner.cookie).send().await.status, 200);
}

#[rstest]
#[case(("authorization", "Bearer nonsense"))]
#[case(("authorization", "Basic YTpi"))]
#[case(("authorization", ""))]
#[case(("x-api-key", "sb_nonsense"))]
#[case(("cookie", "switchboard_session=nonsense"))]
#[case(("x-nothing", "at all"))]
#[tokio::test]
async fn without_a_good_credential_nothing_is_told(#[case] header: (&str, &str)) {
    let app = TestApp::start(Engine::Sqlite).await;
    let answer = app.get("/api/auth/me").header(header.0, header.1).send().await;
    answer.assert_problem(401, "unauthorized");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    assert!(!answer.raw.contains("nonsense"));
}

#[rstest]
#[tokio::test]
async fn a_bad_credential_is_not_rescued_by_a_good_cookie(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let answer = app.get("/api/auth/me").cookie(&owner.cookie).bearer("nonsense").send().await;
    answer.assert_problem(401, "unauthorized");
}

#[rstest]
#[tokio::test]
async fn a_person_sees_their_sessions_and_ends_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, other) = (app.signup("Bakery").await, app.signup("Florist").await);
    let logins = [app.login(&owner.email, PASSWORD).await, app.login(&owner.email, PASSWORD).await];
    let tokens = logins.each_ref().map(|login| login.text("/access_token"));
    let list = app.get("/api/auth/sessions").bearer(&tokens[1]).send().await;
    let sessions = list.body["items"].as_array().unwrap();
    assert_eq!(sessions.len(), 3, "{}", list.raw);
    let current: Vec<_> = sessions.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!((&current[0]["address"], &current[0]["tenant_name"]), (&json!("127.0.0.1"), &json!("Bakery")));
    assert!(current[0]["last_used_at"].is_string() && !list.raw.contains(&logins[1].cookie()), "{}", list.raw);

    // Somebody else's does not exist.
    let path = format!("/api/auth/sessions/{}", current[0]["id"].as_str().unwrap());
    app.delete(&path).bearer(&other.access_token).send().await.assert_problem(404, "not_found");
    let own = app.get("/api/auth/sessions").bearer(&tokens[0]).send().await;
    let mine = own.body["items"].as_array().unwrap().iter().find(|it| it["current"] == true).unwrap();
    let path = format!("/api/auth/sessions/{}", mine["id"].as_str().unwrap());
    assert_eq!(app.delete(&path).bearer(&tokens[1]).send().await.status, 204);
    app.get("/api/auth/me").bearer(&tokens[0]).send().await.assert_problem(401, "unauthorized");
    app.post("/api/auth/refresh").cookie(&logins[0].cookie()).send().await.assert_problem(401, "unauthorized");
    app.delete(&path).bearer(&tokens[1]).send().await.assert_problem(404, "not_found");

    assert_eq!(app.delete("/api/auth/sessions").bearer(&tokens[1]).send().await.status, 204);
    app.get("/api/auth/me").bearer(&owner.access_token).send().await.assert_problem(401, "unauthorized");
    let left = app.get("/api/auth/sessions").bearer(&tokens[1]).send().await;
    assert_eq!(left.body["items"].as_array().unwrap().len(), 1, "{}", left.raw);
    assert_eq!(app.get("/api/auth/me").bearer(&other.access_token).send().await.status, 200);
}

#[rstest]
#[tokio::test]
async fn an_api_key_has_no_sessions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let key = app.api_key(&owner, "admin").await;
    assert_eq!(app.get("/api/auth/sessions").api_key(&key).send().await.body["items"], json!([]));
    app.delete("/api/auth/sessions").api_key(&key).send().await.assert_problem(403, "forbidden");
}
