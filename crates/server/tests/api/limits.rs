use std::sync::Arc;

use rstest::rstest;
use serde_json::json;
use switchboard_server::config::Switch;
use switchboard_store::SystemClock;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, PASSWORD, TestApp};

async fn limited(engine: Engine) -> TestApp {
    TestApp::start_with(engine, Arc::new(SystemClock), |settings| settings.rate_limits = Switch::On).await
}

/// The policies an answer was counted under, and what remains of this one.
fn standing(answer: &Answer, name: &str) -> (String, Option<u32>) {
    let policies = answer.header("ratelimit-policy").unwrap_or_default().to_owned();
    let limits = answer.header("ratelimit").unwrap_or_default();
    let own = limits.split(", ").find_map(|limit| limit.strip_prefix(&format!("\"{name}\";r=")));
    (policies, own.and_then(|rest| rest.split(';').next()?.parse().ok()))
}

#[rstest]
#[tokio::test]
async fn an_address_tries_to_sign_in_thirty_times_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let app = limited(engine).await;
    for remaining in (0..30).rev() {
        let answer = app.post("/api/auth/login").json(&json!({})).send().await;
        assert_eq!(answer.status, 400, "{}", answer.raw);
        let policies = "\"address\";q=1000;w=5, \"sign-in\";q=30;w=180".to_owned();
        assert_eq!(standing(&answer, "sign-in"), (policies, Some(remaining)));
    }
    let refused = app.login("somebody@example.com", PASSWORD).await;
    refused.assert_problem(429, "too_many_requests");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert_eq!(refused.body["retry_after"], wait);
    assert!(refused.text("/detail").contains("“sign-in”"), "{}", refused.raw);
    assert_eq!(standing(&refused, "sign-in").1, Some(0));
    assert!(refused.header("x-request-id").is_some() && refused.header("content-security-policy").is_some());
    // Everything else goes on.
    assert_eq!(app.get("/api/openapi.json").send().await.status, 200);
}

#[rstest]
#[case("/api/auth/signup", "sign-up", 30)]
#[case("/api/auth/password/forgot", "mail", 10)]
#[case("/api/auth/password/reset", "sign-in", 30)]
#[case("/api/audit/export", "export", 10)]
#[tokio::test]
async fn what_is_costly_has_a_limit_of_its_own(#[case] path: &str, #[case] name: &str, #[case] quota: u32) {
    let app = limited(Sqlite).await;
    let owner = app.signup("Bakery").await;
    // Signing up has been counted already.
    let quota = if name == "sign-up" { quota - 1 } else { quota };
    let ask = async || match name {
        "export" => app.get(path).bearer(&owner.access_token).send().await,
        _ => app.post(path).json(&json!({})).send().await,
    };
    for remaining in (0..quota).rev() {
        let answer = ask().await;
        assert_ne!(answer.status, 429, "{}", answer.raw);
        assert_eq!(standing(&answer, name).1, Some(remaining), "{path}");
    }
    ask().await.assert_problem(429, "too_many_requests");
}

#[tokio::test]
async fn translations_have_a_limit_of_their_own() {
    let app = limited(Sqlite).await;
    let owner = app.signup("Bakery").await;
    let draft = json!({ "text": "Hello", "language": "tr" });
    let path = format!("/api/conversations/{}/translation", uuid::Uuid::nil());
    let mut taken = 0;
    for _ in 0..10_000 {
        let answer = app.post(&path).bearer(&owner.access_token).json(&draft).send().await;
        match answer.status {
            // Asked as fast as here, a person comes to their own limit now and then.
            429 if answer.text("/detail").contains("“person”") => {}
            429 => {
                assert!(answer.text("/detail").contains("“translate”"), "{}", answer.raw);
                assert!(taken >= 120, "{taken}");
                return;
            }
            _ => taken += 1,
        }
    }
    panic!("{taken} were taken");
}

#[rstest]
#[tokio::test]
async fn a_person_is_limited_and_a_neighbour_is_not(#[values(Sqlite, Postgres)] engine: Engine) {
    let app = limited(engine).await;
    let (bakery, florist) = (app.signup("Bakery").await, app.signup("Florist").await);
    let key = app.api_key(&bakery, "admin").await;
    // At once: one after the other, a busy machine asks no faster than the limit lets through.
    let asked = (0..400).map(|_| app.get("/api/tenant").bearer(&bakery.access_token).send());
    let (refused, taken): (Vec<_>, Vec<_>) =
        futures_util::future::join_all(asked).await.into_iter().partition(|answer| answer.status == 429);
    let policies = "\"address\";q=1000;w=5, \"person\";q=100;w=2, \"tenant\";q=1000;w=5";
    assert!(taken.len() >= 100 && taken.iter().all(|answer| answer.header("ratelimit-policy") == Some(policies)));
    let refused = refused.first().expect("a hundred at once and fifty a second are the limit");
    refused.assert_problem(429, "too_many_requests");
    assert!(refused.header("retry-after").is_some() && refused.text("/detail").contains("“person”"), "{}", refused.raw);
    assert_eq!(app.get("/api/tenant").bearer(&florist.access_token).send().await.status, 200);
    assert_eq!(app.get("/api/tenant").api_key(&key).send().await.status, 200, "a key is counted by itself");
    for _ in 0..150 {
        let answer = app.get("/health").send().await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, None), "probes are never limited");
    }
}

#[rstest]
#[tokio::test]
async fn every_answer_of_the_api_tells_how_the_limits_stand(#[values(Sqlite, Postgres)] engine: Engine) {
    let app = limited(engine).await;
    for path in ["/api/openapi.json", "/api/auth/me", "/api/nothing"] {
        let answer = app.get(path).send().await;
        assert!(standing(&answer, "address").1.is_some(), "{path}");
    }
    let off = TestApp::start(engine).await;
    let answer = off.get("/api/openapi.json").send().await;
    assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), (None, None));
}

#[rstest]
#[case("/api/auth/login", 64)]
#[case("/api/onboarding/whatsapp/event", 64)]
#[case("/api/bots", 1024)]
#[tokio::test]
async fn a_body_is_as_long_as_its_kind_may_be(#[case] path: &str, #[case] kib: usize) {
    let app = TestApp::start(Sqlite).await;
    let owner = app.signup("Bakery").await;
    let too_long = app.post(path).bearer(&owner.access_token).body("application/json", " ".repeat(kib * 1024 + 1));
    let refused = too_long.send().await;
    refused.assert_problem(413, "too_large");
    // One that does not tell its length beforehand.
    let chunks = (0..=kib).map(|_| Ok::<_, std::io::Error>(" ".repeat(1024)));
    let streamed = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let refused = app.post(path).bearer(&owner.access_token).body("application/json", streamed).send().await;
    refused.assert_problem(413, "too_large");
    let fits = app.post(path).bearer(&owner.access_token).body("application/json", " ".repeat(kib * 1024)).send().await;
    fits.assert_problem(400, "malformed");
}
