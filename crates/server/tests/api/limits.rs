use std::sync::Arc;

use serde_json::json;
use switchboard_server::config::Switch;
use switchboard_store::SystemClock;
use switchboard_test_support::Engine;

use crate::support::{PASSWORD, TestApp};

async fn limited() -> TestApp {
    TestApp::start_with(Engine::Sqlite, Arc::new(SystemClock), |settings| settings.rate_limits = Switch::On).await
}

#[tokio::test]
async fn an_address_tries_to_sign_in_thirty_times_at_once() {
    let app = limited().await;
    for remaining in (0..30).rev() {
        let answer = app.post("/api/auth/login").json(&json!({})).send().await;
        assert_eq!(answer.status, 400, "{}", answer.raw);
        assert_eq!(answer.header("ratelimit-limit"), Some("30"));
        assert_eq!(answer.header("ratelimit-remaining"), Some(remaining.to_string().as_str()));
    }
    let refused = app.login("somebody@example.com", PASSWORD).await;
    refused.assert_problem(429, "too_many_requests");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert!(refused.header("x-request-id").is_some() && refused.header("content-security-policy").is_some());
}

#[tokio::test]
async fn a_principal_is_limited_and_its_neighbour_is_not() {
    let app = limited().await;
    let (bakery, florist) = (app.signup("Bakery").await, app.signup("Florist").await);
    let mut refused = None;
    for _ in 0..500 {
        let answer = app.get("/api/tenant").bearer(&bakery.access_token).send().await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.header("ratelimit-limit"), Some("100"));
    }
    refused.expect("a hundred at once and fifty a second are the limit").assert_problem(429, "too_many_requests");
    assert_eq!(app.get("/api/tenant").bearer(&florist.access_token).send().await.status, 200);
    for _ in 0..150 {
        assert_eq!(app.get("/health").send().await.status, 200, "probes are never limited");
    }
}
