use std::collections::HashSet;

use serde_json::Value;
use switchboard_server::http;
use switchboard_test_support::Engine;

use crate::support::TestApp;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    serde_json::to_value(http::document()).expect("the document is JSON")
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("the document has paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| Some((format!("{method} {path}"), item.get(method)?)))
        })
        .collect()
}

#[tokio::test]
async fn the_document_is_served_as_it_is_built() {
    let app = TestApp::start(Engine::Sqlite).await;
    let answer = app.get("/api/openapi.json").send().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.body, document());
    assert_eq!(answer.text("/info/title"), "Switchboard");
    assert_eq!(answer.text("/info/license/identifier"), "Apache-2.0");
    assert!(answer.text("/openapi").starts_with("3.1"));
}

#[test]
fn every_operation_says_what_it_does_who_may_and_what_goes_wrong() {
    let document = document();
    let operations = operations(&document);
    assert!(operations.len() >= 14, "{}", operations.len());
    for (name, operation) in operations {
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name} has no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name} has one tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2') || status.starts_with('3')), "{name}");
        assert!(responses.contains_key("500"), "{name}");
        let security = operation["security"].as_array().unwrap_or_else(|| panic!("{name} says nothing of security"));
        let for_everybody = security.iter().any(|requirement| requirement.as_object().unwrap().is_empty());
        for status in ["401", "403", "429"] {
            assert!(for_everybody || responses.contains_key(status), "{name} has no {status}");
        }
        // Meta's deliveries are kept whatever they say; what our own clients send is checked.
        if operation.get("requestBody").is_some() && name.contains(" /api/") {
            assert!(responses.contains_key("400") && responses.contains_key("422"), "{name}");
        }
    }
}

#[test]
fn what_a_query_may_say_is_told() {
    let document = document();
    for (path, expected) in [
        (
            "/api/conversations",
            vec!["cursor", "limit", "view", "assignee_id", "label_id", "control", "number_id", "needs_person"],
        ),
        ("/api/conversations/{id}/messages", vec!["id", "cursor", "after", "around", "limit"]),
        ("/api/search", vec!["q", "cursor"]),
        ("/api/events", vec!["last_event_id", "Last-Event-ID"]),
        ("/api/onboarding/whatsapp/callback", vec!["state", "code", "error", "error_description"]),
        ("/webhooks/whatsapp", vec!["hub.mode", "hub.verify_token", "hub.challenge"]),
    ] {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
        let names: Vec<_> = parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{path}");
    }
}

#[test]
fn operation_ids_are_unique() {
    let document = document();
    let mut seen = HashSet::new();
    for (name, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(seen.insert(id.to_owned()), "{name}: another operation is called {id}, too");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let pointer = reference.strip_prefix('#').expect("references stay inside");
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                fields.values().for_each(|value| walk(value, document));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(value, document)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (path, content_type) in [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs.js", "application/javascript; charset=utf-8"),
        ("/docs.css", "text/css; charset=utf-8"),
    ] {
        let answer = app.get(path).send().await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(content_type)), "{path}");
        assert!(!answer.raw.contains("https://") && !answer.raw.contains("http://"), "{path}");
    }
}

/// What the web app's types are made from. Where this fails, the API has changed: see docs/WEB.md for the two commands.
#[test]
fn the_web_app_knows_this_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/openapi.json");
    let now = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap();
    assert!(
        known == now,
        "web/openapi.json is out of step: run this test with UPDATE_OPENAPI=1, then npm --prefix web run api"
    );
}
