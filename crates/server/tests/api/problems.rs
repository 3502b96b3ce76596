use std::sync::Arc;

use switchboard_store::SystemClock;
use switchboard_test_support::Engine;

use crate::support::TestApp;

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.signup("Bakery").await;
    app.get("/api/nothing/here").send().await.assert_problem(404, "not_found");
    app.get("/api/auth/login").send().await.assert_problem(404, "not_found");
    let login = || app.post("/api/auth/login");
    login().body("application/json", "{").send().await.assert_problem(400, "malformed");
    login().body("text/plain", "{}").send().await.assert_problem(415, "not_json");
    login().body("application/json", " ".repeat(1024 * 1024 + 1)).send().await.assert_problem(413, "too_large");
    let no_id = app.delete("/api/api-keys/not-an-id").bearer(&owner.access_token).send().await;
    no_id.assert_problem(404, "not_found");
}

#[tokio::test]
async fn every_answer_names_its_request_and_binds_browsers() {
    let app = TestApp::start(Engine::Sqlite).await;
    for path in ["/health", "/api/auth/me", "/docs", "/nowhere"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("strict-transport-security"), None, "this test speaks plain HTTP");
    }
    assert_eq!(app.get("/api/auth/me").send().await.header("cache-control"), Some("no-store"));
    let (one, other) = (app.get("/health").send().await, app.get("/health").send().await);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

/// What a browser does with our pages: nothing that is written inside of them runs, nothing from elsewhere, nobody frames
/// them, and no form leads away.
#[tokio::test]
async fn the_policy_of_the_pages_is_strict() {
    let metas = TestApp::start_with(Engine::Sqlite, Arc::new(SystemClock), |settings| {
        settings.meta_dialog_base_url = "https://www.facebook.com".into();
    })
    .await;
    for path in ["/health", "/api/auth/me", "/docs", "/privacy", "/nowhere", "/api/nothing"] {
        let answer = metas.get(path).send().await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(!policy.contains("unsafe-") && !policy.contains(" *") && !policy.contains("data: 'self'"), "{policy}");
        let directive = |name: &str| policy.split("; ").find_map(|it| it.strip_prefix(name)).map(str::trim);
        assert_eq!(directive("script-src"), Some("'self' https://connect.facebook.net"), "{path}");
        for (name, expected) in [
            ("default-src", "'self'"),
            ("style-src", "'self'"),
            ("object-src", "'none'"),
            ("base-uri", "'none'"),
            ("form-action", "'self'"),
            ("frame-ancestors", "'none'"),
        ] {
            assert_eq!(directive(name), Some(expected), "{path} {name}");
        }
        for (name, expected) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ] {
            assert_eq!(answer.header(name), Some(expected), "{path}");
        }
        assert!(answer.header("permissions-policy").is_some_and(|it| it.contains("camera=()")), "{path}");
    }
    // Without a window of Meta's there is no guest at all.
    let none = TestApp::start(Engine::Sqlite).await;
    let answer = none.get("/docs").send().await;
    assert!(answer.header("content-security-policy").unwrap().contains("script-src 'self';"), "{:?}", answer.headers);
}
