use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine;

use crate::support::TestApp;

#[rstest]
#[tokio::test]
async fn a_server_in_order_is_alive_and_ready(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    app.signup("Bakery").await;
    let health = app.get("/health").send().await;
    assert_eq!((health.status, health.body), (200, json!({ "status": "ok" })));
    let ready = app.get("/ready").send().await;
    let expected = json!({ "status": "ready", "database": "ok", "migrations": "ok", "keys": "ok" });
    assert_eq!((ready.status, ready.body), (200, expected));
}

#[tokio::test]
async fn a_server_without_its_database_is_alive_and_not_ready() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.server.state().db.close().await;
    assert_eq!(app.get("/health").send().await.status, 200);
    let ready = app.get("/ready").send().await;
    assert_eq!((ready.status, ready.text("/status")), (503, "not_ready".into()));
    assert_ne!(ready.text("/database"), "ok");
    let unavailable = app.login("a@example.com", "a long password").await;
    unavailable.assert_problem(503, "unavailable");
    assert!(unavailable.header("retry-after").is_some());
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_hold_no_data() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.signup("Bakery").await;
    app.delete(&format!("/api/api-keys/{}", uuid::Uuid::nil())).bearer(&owner.access_token).send().await;
    let metrics = app.get("/metrics").send().await;
    assert_eq!(metrics.status, 200);
    let line = r#"switchboard_http_requests_total{method="DELETE",route="/api/api-keys/{id}",status="404"}"#;
    assert!(metrics.raw.contains(line), "{}", metrics.raw);
    assert!(
        metrics
            .raw
            .contains(r#"switchboard_http_request_duration_seconds_bucket{method="POST",route="/api/auth/signup","#)
    );
    assert!(!metrics.raw.contains(&owner.email) && !metrics.raw.contains(&owner.tenant_id));
}
