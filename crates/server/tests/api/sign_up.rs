use rstest::rstest;
use serde_json::json;
use switchboard_store::{Scope, TenantId, bot};
use switchboard_test_support::Engine;

use crate::support::{PASSWORD, TestApp};

#[rstest]
#[tokio::test]
async fn a_business_signs_up_and_its_owner_is_signed_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let body = json!({ "tenant_name": " Corner Bakery ", "name": "Ayşe Usta", "email": "Ayse@Example.com", "password": PASSWORD,
        "utm_source": "fields nobody knows are ignored" });
    let answer = app.post("/api/auth/signup").json(&body).send().await;
    assert_eq!(answer.status, 201, "{}", answer.raw);
    assert_eq!(answer.text("/tenant/name"), "Corner Bakery");
    assert_eq!(answer.text("/user/email"), "ayse@example.com");
    assert_eq!((answer.text("/user/name"), answer.text("/user/role")), ("Ayşe Usta".into(), "owner".into()));
    assert_eq!(answer.text("/token_type"), "Bearer");

    let me = app.get("/api/auth/me").bearer(&answer.text("/access_token")).send().await;
    assert_eq!(me.status, 200, "{}", me.raw);
    assert_eq!(
        me.body,
        json!({ "user": answer.body["user"], "tenant": answer.body["tenant"], "role": "owner",
        "impersonation": null })
    );

    let tenant = TenantId(answer.text("/tenant/id").parse().unwrap());
    let mut tx = app.db.db.read(Scope::Tenant(tenant)).await.unwrap();
    let bots = bot::list(&mut tx.conn(), tenant, None, 10).await.unwrap();
    assert_eq!(bots.len(), 1, "a first bot is there, ready to serve");
    assert!(bots[0].enabled);
}

#[rstest]
#[tokio::test]
async fn the_sessions_cookie_is_out_of_reach_for_scripts_and_other_sites(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let answer = app.login(&owner.email, PASSWORD).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("switchboard_session="), "{cookie}");
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let value = answer.cookie().split_once('=').unwrap().1.to_owned();
    assert!(!answer.raw.contains(&value), "the session token is for the cookie alone");
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let clock = std::sync::Arc::new(switchboard_store::SystemClock);
    let https =
        |settings: &mut switchboard_server::config::Settings| settings.public_url = "https://s.example.com".into();
    let app = TestApp::start_with(Engine::Sqlite, clock, https).await;
    let owner = app.signup("Bakery").await;
    let answer = app.login(&owner.email, PASSWORD).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-switchboard_session=") && cookie.contains("; Secure"), "{cookie}");
    assert!(answer.header("strict-transport-security").is_some());
}

#[rstest]
#[tokio::test]
async fn everything_wrong_with_a_sign_up_is_told_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let body = json!({ "tenant_name": " ", "name": "x".repeat(101), "email": "nobody", "password": "short" });
    let answer = app.post("/api/auth/signup").json(&body).send().await;
    answer.assert_problem(422, "invalid");
    assert_eq!(answer.invalid_fields(), ["tenant_name", "name", "email", "password"]);
}

#[rstest]
#[tokio::test]
async fn an_email_address_signs_up_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let body =
        json!({ "tenant_name": "Other", "name": "Other", "email": owner.email.to_uppercase(), "password": PASSWORD });
    let again = app.post("/api/auth/signup").json(&body).send().await;
    again.assert_problem(409, "email_taken");
    // Nothing of the second sign-up has stayed: the first one's session goes on as it was.
    let me = app.get("/api/auth/me").bearer(&owner.access_token).send().await;
    assert_eq!(me.text("/tenant/name"), "Bakery");
}
