use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine;

use crate::support::TestApp;

#[rstest]
#[tokio::test]
async fn what_was_done_is_listed_newest_first_a_page_at_a_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let (bakery, florist) = (app.signup("Bakery").await, app.signup("Florist").await);
    let key = app.api_key(&bakery, "admin").await;
    app.patch("/api/tenant").api_key(&key).json(&json!({ "name": "Bakery & Sons" })).send().await;

    let mut actions = Vec::new();
    let mut path = "/api/audit?limit=2".to_owned();
    loop {
        let page = app.get(&path).bearer(&bakery.access_token).send().await;
        assert_eq!(page.status, 200, "{}", page.raw);
        assert!(!page.raw.contains(&key), "no secret is written down");
        actions.extend(page.body["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("/api/audit?limit=2&cursor={cursor}");
    }
    let told: Vec<_> = actions.iter().map(|entry| (entry["action"].as_str(), entry["actor"].as_str())).collect();
    let expected = [
        (Some("tenant.changed"), Some("api_key")),
        (Some("api_key.created"), Some("person")),
        (Some("tenant.created"), Some("person")),
    ];
    assert_eq!(told, expected);
    assert_eq!(actions[0]["detail"], json!({ "name": "Bakery & Sons" }));

    let others = app.get("/api/audit").bearer(&florist.access_token).send().await;
    assert_eq!(others.body["items"].as_array().unwrap().len(), 1, "only its own sign-up");
}

#[rstest]
#[case("limit=0", 422, "invalid")]
#[case("limit=201", 422, "invalid")]
#[case("limit=many", 400, "malformed")]
#[case("cursor=elsewhere", 422, "invalid")]
#[tokio::test]
async fn a_page_that_cannot_be_is_refused(#[case] query: &str, #[case] status: u16, #[case] code: &str) {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.signup("Bakery").await;
    let answer = app.get(&format!("/api/audit?{query}")).bearer(&owner.access_token).send().await;
    answer.assert_problem(status, code);
}
