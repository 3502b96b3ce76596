use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, PUBLIC_URL, line::Line};

/// As the owner, in person.
async fn in_person(line: &Line, method: &str, path: &str, body: &Value) -> Answer {
    let call = line.app.request(method.parse().unwrap(), path).cookie(&line.number.owner.cookie);
    let call = call.header("origin", PUBLIC_URL);
    if body.is_null() { call.send().await } else { call.json(body).send().await }
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn a_list_is_kept_for_oneself_or_for_everybody(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let filter = json!({ "view": "waiting", "number_id": line.number.id, "label_id": null });
    let own = json!({ "name": " My queue ", "filter": filter });
    let own = in_person(&line, "POST", "/api/saved-filters", &own).await;
    assert_eq!((own.status, own.text("/name"), &own.body["filter"]), (201, "My queue".into(), &filter), "{}", own.raw);
    assert_eq!(own.body["shared"], false);
    let shared = json!({ "name": "Ours", "filter": { "view": "failed" }, "shared": true });
    let shared = in_person(&line, "POST", "/api/saved-filters", &shared).await;
    assert_eq!((shared.status, &shared.body["shared"]), (201, &json!(true)));
    let seen = in_person(&line, "GET", "/api/saved-filters", &Value::Null).await;
    assert_eq!(names(&seen.body), ["My queue", "Ours"]);
    // A program sees what all share, and what is a person's own is nobody else's.
    assert_eq!(names(&line.read("/api/saved-filters").await), ["Ours"]);
    let path = format!("/api/saved-filters/{}", own.text("/id"));
    line.patch(&path).json(&json!({ "name": "Theirs" })).send().await.assert_problem(404, "not_found");
    line.delete(&path).send().await.assert_problem(404, "not_found");
    assert_eq!(in_person(&line, "PATCH", &path, &json!({ "name": "Queue" })).await.text("/name"), "Queue");
    assert_eq!(in_person(&line, "DELETE", &path, &Value::Null).await.status, 204);
    // What all share, only who may manage the inbox changes.
    let operator = line.app.api_key(&line.number.owner, "operator").await;
    let path = format!("/api/saved-filters/{}", shared.text("/id"));
    line.app.delete(&path).api_key(&operator).send().await.assert_problem(403, "forbidden");
    let more = json!({ "name": "More", "filter": {}, "shared": true });
    line.app.post("/api/saved-filters").api_key(&operator).json(&more).send().await.assert_problem(403, "forbidden");
    assert_eq!(line.delete(&path).send().await.status, 204);
    let wrong = json!({ "name": "", "filter": {} });
    in_person(&line, "POST", "/api/saved-filters", &wrong).await.assert_problem(422, "invalid");
    let wrong = json!({ "name": "x", "filter": { "view": "sideways" } });
    in_person(&line, "POST", "/api/saved-filters", &wrong).await.assert_problem(400, "malformed");
}
