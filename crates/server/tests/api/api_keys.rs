use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine;

use crate::support::{Call, TestApp};

#[rstest]
#[tokio::test]
async fn a_key_works_until_it_is_revoked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let body = json!({ "name": "Order system", "role": "operator" });
    let made = app.post("/api/api-keys").bearer(&owner.access_token).json(&body).send().await;
    assert_eq!(made.status, 201, "{}", made.raw);
    let (id, secret) = (made.text("/id"), made.text("/secret"));
    assert!(secret.starts_with("sb_") && secret.ends_with(&made.text("/hint")) && made.text("/hint").len() == 4);

    let me = app.get("/api/auth/me").api_key(&secret).send().await;
    assert_eq!(
        me.body,
        json!({
            "user": null,
            "tenant": { "id": owner.tenant_id, "name": "Bakery", "status": "active", "suspended_reason": null },
            "role": "operator",
            "impersonation": null,
        })
    );

    let list = app.get("/api/api-keys").bearer(&owner.access_token).send().await;
    assert_eq!(list.body["items"][0]["name"], "Order system");
    assert!(list.body["items"][0]["last_used_at"].is_string(), "{}", list.raw);
    assert!(!list.raw.contains(&secret), "a key is shown once");

    let revoked = app.delete(&format!("/api/api-keys/{id}")).bearer(&owner.access_token).send().await;
    assert_eq!(revoked.status, 204, "{}", revoked.raw);
    app.get("/api/auth/me").api_key(&secret).send().await.assert_problem(401, "unauthorized");
    let again = app.delete(&format!("/api/api-keys/{id}")).bearer(&owner.access_token).send().await;
    again.assert_problem(404, "not_found");
}

#[rstest]
#[tokio::test]
async fn a_key_may_what_its_role_may_and_no_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    for (role, may_manage) in [("admin", true), ("operator", false), ("viewer", false)] {
        let key = app.api_key(&owner, role).await;
        assert_eq!(app.get("/api/tenant").api_key(&key).send().await.status, 200);
        for call in [
            app.get("/api/audit"),
            app.get("/api/api-keys"),
            app.post("/api/api-keys").json(&json!({ "name": "Another", "role": "viewer" })),
            app.patch("/api/tenant").json(&json!({ "name": "Bakery" })),
        ] {
            let answer = call.api_key(&key).send().await;
            if may_manage {
                assert!(answer.status < 300, "{role}: {}", answer.raw);
            } else {
                answer.assert_problem(403, "forbidden");
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_key_may_be_given_less_than_its_role(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let make = async |body: serde_json::Value, call: Call| call.json(&body).send().await;
    let keys = || app.post("/api/api-keys");
    let scoped = json!({ "name": "Exporter", "role": "admin", "permissions": ["view_audit", "manage_keys"] });
    let made = make(scoped, keys().bearer(&owner.access_token)).await;
    assert_eq!(made.body["permissions"], json!(["view_audit", "manage_keys"]), "{}", made.raw);
    let key = made.text("/secret");
    assert_eq!(app.get("/api/audit").api_key(&key).send().await.status, 200);
    app.get("/api/tenant").api_key(&key).send().await.assert_problem(403, "forbidden");
    app.get("/api/bots").api_key(&key).send().await.assert_problem(403, "forbidden");

    // What it makes has no more than it has.
    let child = make(json!({ "name": "Child", "role": "admin" }), keys().api_key(&key)).await;
    assert_eq!(child.body["permissions"], json!(["manage_keys", "view_audit"]), "{}", child.raw);
    let more = json!({ "name": "More", "role": "admin", "permissions": ["view_tenant"] });
    assert_eq!(make(more, keys().api_key(&key)).await.invalid_fields(), ["permissions"]);
    let list = app.get("/api/api-keys").bearer(&owner.access_token).send().await;
    assert_eq!(list.body["items"][1]["permissions"], json!(["view_audit", "manage_keys"]));
}

#[rstest]
#[case(json!([]))]
#[case(json!(["everything"]))]
#[case(json!(["manage_bots"]))]
#[tokio::test]
async fn a_key_is_given_only_what_its_role_has(#[case] permissions: serde_json::Value) {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.signup("Bakery").await;
    let body = json!({ "name": "A key", "role": "operator", "permissions": permissions });
    let answer = app.post("/api/api-keys").bearer(&owner.access_token).json(&body).send().await;
    answer.assert_problem(422, "invalid");
    assert_eq!(answer.invalid_fields(), ["permissions"]);
}

#[rstest]
#[tokio::test]
async fn a_key_is_never_an_owners(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let body = json!({ "name": "All powerful", "role": "owner" });
    let answer = app.post("/api/api-keys").bearer(&owner.access_token).json(&body).send().await;
    answer.assert_problem(422, "invalid");
    assert_eq!(answer.invalid_fields(), ["role"]);
}

#[rstest]
#[tokio::test]
async fn a_key_has_a_name(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    for name in ["", "   ", &"x".repeat(101)] {
        let body = json!({ "name": name, "role": "viewer" });
        let answer = app.post("/api/api-keys").bearer(&owner.access_token).json(&body).send().await;
        answer.assert_problem(422, "invalid");
        assert_eq!(answer.invalid_fields(), ["name"]);
    }
}

#[rstest]
#[tokio::test]
async fn keys_of_another_tenant_do_not_exist(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let (bakery, florist) = (app.signup("Bakery").await, app.signup("Florist").await);
    let key = app.api_key(&bakery, "viewer").await;
    let list = app.get("/api/api-keys").bearer(&bakery.access_token).send().await;
    let id = list.text("/items/0/id");

    let others = app.get("/api/api-keys").bearer(&florist.access_token).send().await;
    assert_eq!(others.body, json!({ "items": [], "next_cursor": null }));
    let answer = app.delete(&format!("/api/api-keys/{id}")).bearer(&florist.access_token).send().await;
    answer.assert_problem(404, "not_found");
    assert_eq!(app.get("/api/auth/me").api_key(&key).send().await.status, 200, "it still works");
}
