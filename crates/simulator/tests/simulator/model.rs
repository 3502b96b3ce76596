use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Fixture, start};

const SYSTEM: &str = "You answer for a bakery. If you cannot, start with [HANDOFF].\n## Knowledge\nQ: When do you open?\nA: We open at 8.\n\nQ: Do you deliver?\nA: Yes, inside of Kadikoy.";

async fn ask(fixture: &Fixture, text: &str) -> (u16, Value) {
    let body =
        json!({"model": "m", "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]});
    let (status, answer) = fixture.call(Method::POST, "/v1/chat/completions", "any key", body).await;
    (status.as_u16(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_answers_from_its_context_and_keeps_the_prompt() {
    let fixture = start().await;
    let (_, answer) = ask(&fixture, "when do you open?\ndo you deliver?").await;
    let content = answer["choices"][0]["message"]["content"].as_str().expect("a text");
    assert_eq!(content, "Of course. We open at 8.\nYes, inside of Kadikoy.");
    let usage = &answer["usage"];
    let sum = usage["prompt_tokens"].as_u64().expect("a count") + usage["completion_tokens"].as_u64().expect("a count");
    assert_eq!(usage["total_tokens"], sum);
    let (_, prompts) = fixture.get("/sim/model/requests", "").await;
    assert_eq!(prompts["items"][0]["request"]["messages"][1]["content"], "when do you open?\ndo you deliver?");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_hands_over() {
    let fixture = start().await;
    for text in ["operator please", "do you fix cars?"] {
        let (_, answer) = ask(&fixture, text).await;
        let content = answer["choices"][0]["message"]["content"].as_str().expect("a text").to_owned();
        assert!(content.starts_with("[HANDOFF] "), "{content}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_fails_on_demand() {
    let fixture = start().await;
    for (kind, status) in [
        (json!("server_error"), 500),
        (json!("throttle_number"), 429),
        (json!("token_dead"), 401),
        (json!({"code": 0, "http_status": 503}), 503),
        (json!("garbage"), 200),
        (json!("empty"), 200),
        (json!("refusal"), 200),
    ] {
        fixture.put("/sim/faults", json!({"on": "model", "kind": kind, "times": 1})).await;
        let (got, answer) = ask(&fixture, "when do you open?").await;
        assert_eq!(got, status, "{kind}");
        let content = answer["choices"][0]["message"]["content"].as_str().unwrap_or_default();
        assert_eq!(content, "", "{kind}");
    }
    fixture.put("/sim/faults", json!({"on": "model", "kind": "timeout", "hold_ms": 1, "times": 1})).await;
    let url = fixture.url("/v1/chat/completions");
    let body = json!({"messages": [{"role": "user", "content": "hi"}]});
    assert!(fixture.client.post(url).bearer_auth("k").json(&body).send().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_wants_a_key_and_messages() {
    let fixture = start().await;
    let body = json!({"messages": [{"role": "user", "content": "hi"}]});
    assert_eq!(fixture.call(Method::POST, "/v1/chat/completions", "", body).await.0, 401);
    assert_eq!(fixture.call(Method::POST, "/v1/chat/completions", "k", json!({})).await.0, 400);
    assert_eq!(fixture.get("/v1/models", "k").await.1["object"], "list");
}
