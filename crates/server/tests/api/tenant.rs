use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine;

use crate::support::TestApp;

#[rstest]
#[tokio::test]
async fn settings_change_one_by_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    for (patch, name, auto_handback_ms) in [
        (json!({}), "Bakery", json!(null)),
        (json!({ "auto_handback_ms": 600_000 }), "Bakery", json!(600_000)),
        (json!({ "name": " Bakery & Sons " }), "Bakery & Sons", json!(600_000)),
        (json!({ "auto_handback_ms": null }), "Bakery & Sons", json!(null)),
    ] {
        let changed = app.patch("/api/tenant").bearer(&owner.access_token).json(&patch).send().await;
        assert_eq!(changed.status, 200, "{}", changed.raw);
        assert_eq!((&changed.body["name"], &changed.body["auto_handback_ms"]), (&json!(name), &auto_handback_ms));
        assert_eq!(app.get("/api/tenant").bearer(&owner.access_token).send().await.body, changed.body);
    }
}

#[rstest]
#[tokio::test]
async fn settings_that_make_no_sense_change_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let patch = json!({ "name": "", "auto_handback_ms": 59_999 });
    let answer = app.patch("/api/tenant").bearer(&owner.access_token).json(&patch).send().await;
    answer.assert_problem(422, "invalid");
    assert_eq!(answer.invalid_fields(), ["name", "auto_handback_ms"]);
    let tenant = app.get("/api/tenant").bearer(&owner.access_token).send().await;
    assert_eq!((tenant.text("/name"), tenant.text("/id")), ("Bakery".into(), owner.tenant_id));
}
