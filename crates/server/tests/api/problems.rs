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
