use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine;

use crate::support::{PASSWORD, TestApp, line::eventually};

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
        (Some("session.opened"), Some("person")),
        (Some("tenant.created"), Some("person")),
    ];
    assert_eq!(told, expected);
    assert_eq!(actions[0]["detail"], json!({ "name": "Bakery & Sons" }));

    let others = app.get("/api/audit").bearer(&florist.access_token).send().await;
    assert_eq!(others.body["items"].as_array().unwrap().len(), 2, "only its own sign-up");
}

#[rstest]
#[tokio::test]
async fn the_log_is_filtered_by_who_what_and_when(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let app = TestApp::start_at(engine, clock.clone()).await;
    let owner = app.signup("Bakery").await;
    let key = app.api_key(&owner, "admin").await;
    let before = clock.now();
    clock.advance(Duration::from_secs(5));
    app.patch("/api/tenant").api_key(&key).json(&json!({ "name": "Bakery & Sons" })).send().await;
    let made = app.get("/api/api-keys").api_key(&key).send().await.text("/items/0/id");
    let me = app.get("/api/auth/me").bearer(&owner.access_token).send().await.text("/user/id");
    let later = (before + Duration::from_secs(1)).to_rfc3339();
    for (query, expected) in [
        ("action=api_key".to_owned(), vec!["api_key.created"]),
        ("action=api_key.created".to_owned(), vec!["api_key.created"]),
        ("action=api".to_owned(), vec![]),
        (format!("actor_id={made}"), vec!["tenant.changed"]),
        (format!("actor_id={me}"), vec!["api_key.created", "session.opened", "tenant.created"]),
        (format!("actor_id={me}&action=tenant"), vec!["tenant.created"]),
        (format!("from={later}"), vec!["tenant.changed"]),
        (format!("to={later}"), vec!["api_key.created", "session.opened", "tenant.created"]),
    ] {
        let page = app.get(&format!("/api/audit?{query}")).bearer(&owner.access_token).send().await;
        let items = page.body["items"].as_array().unwrap_or_else(|| panic!("{query}: {}", page.raw));
        let actions: Vec<_> = items.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, expected, "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn the_log_is_exported_whole_in_either_format(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let (owner, other) = (app.signup("Bakery").await, app.signup("Florist").await);
    // More than one batch.
    for n in 0..501 {
        let body = json!({ "name": format!("=Bakery, \"{n}\"") });
        app.patch("/api/tenant").bearer(&owner.access_token).json(&body).send().await;
    }
    let jsonl = app.get("/api/audit/export?format=jsonl").bearer(&owner.access_token).send().await;
    assert_eq!(jsonl.header("content-disposition"), Some("attachment; filename=\"audit.jsonl\""));
    let lines: Vec<Value> = jsonl.raw.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 503);
    assert_eq!(lines[0]["detail"], json!({ "name": "=Bakery, \"500\"" }));
    assert_eq!(lines[502]["action"], "tenant.created");

    let csv = app.get("/api/audit/export?format=csv&action=tenant.created").bearer(&owner.access_token).send().await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let rows: Vec<&str> = csv.raw.split_terminator("\r\n").collect();
    assert_eq!((rows.len(), rows[0]), (2, "id,at,actor,actor_id,action,target,detail"));
    assert!(rows[1].ends_with(",\"{\"\"name\"\":\"\"Bakery\"\"}\""), "{}", rows[1]);
    let others = app.get("/api/audit/export?format=jsonl").bearer(&other.access_token).send().await;
    assert_eq!(others.raw.lines().count(), 2, "only its own sign-up");
}

/// The tenant's entries about sessions, the newest first: what, and how.
async fn sessions(app: &TestApp, access_token: &str) -> Vec<(String, Value)> {
    let page = app.get("/api/audit?action=session").bearer(access_token).send().await;
    let items = page.body["items"].as_array().unwrap_or_else(|| panic!("{}", page.raw));
    items.iter().map(|it| (it["action"].as_str().unwrap().to_owned(), it["detail"].clone())).collect()
}

#[rstest]
#[tokio::test]
async fn who_signed_in_how_and_who_could_not_is_written_down(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let (owner, other) = (app.signup("Bakery").await, app.signup("Florist").await);
    app.login(&owner.email, "not her password").await.assert_problem(401, "wrong_credentials");
    app.login("nobody@example.com", "whatever").await.assert_problem(401, "wrong_credentials");
    let second = app.login(&owner.email, PASSWORD).await;
    let third = app.login(&owner.email, PASSWORD).await;
    let list = app.get("/api/auth/sessions").bearer(&second.text("/access_token")).send().await;
    let third_id = list.text("/items/0/id");
    let path = format!("/api/auth/sessions/{third_id}");
    assert_eq!(app.delete(&path).bearer(&second.text("/access_token")).send().await.status, 204);
    drop(third);
    assert_eq!(app.post("/api/auth/logout").cookie(&second.cookie()).send().await.status, 204);

    // What was refused is written down apart from the answer: it may come a moment later.
    let told = eventually(async || {
        let told = sessions(&app, &owner.access_token).await;
        (told.len() == 6).then_some(told)
    })
    .await;
    let how = |action: &str| {
        let of_action = told.iter().filter(|(it, _)| it == action);
        let mut how: Vec<_> = of_action.map(|(_, detail)| detail["how"].as_str().unwrap_or("").to_owned()).collect();
        how.sort();
        how
    };
    assert_eq!(how("session.opened"), ["password", "password", "sign_up"]);
    assert_eq!(how("session.ended"), ["revoked", "signed_out"]);
    let refused: Vec<_> = told.iter().filter(|(action, _)| action == "session.refused").collect();
    assert_eq!(refused[0].1, json!({ "what": "password", "address": "127.0.0.1" }));
    assert_eq!(sessions(&app, &other.access_token).await.len(), 1, "others know nothing of it");
}

#[rstest]
#[case("action=", 422, "invalid")]
#[case("action=%25", 422, "invalid")]
#[case("from=yesterday", 422, "invalid")]
#[case("actor_id=nobody", 400, "malformed")]
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
