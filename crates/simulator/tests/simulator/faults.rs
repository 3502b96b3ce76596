use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Business, Fixture, start, text_to};

const CUSTOMER: &str = "905301112233";

async fn ready() -> (Fixture, Business) {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.customer_writes(&business, CUSTOMER, "hi").await;
    (fixture, business)
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_answer_with_metas_codes_as_often_as_asked() {
    let (fixture, business) = ready().await;
    for (kind, status, code) in [
        (json!("throttle_number"), 400, 130_429),
        (json!("throttle_pair"), 400, 131_056),
        (json!("window_closed"), 400, 131_047),
        (json!("token_dead"), 401, 190),
        (json!("server_error"), 500, 131_000),
        (json!({"code": 368, "http_status": 403, "retry_after": 9}), 403, 368),
    ] {
        fixture.put("/sim/faults", json!({"on": "messages", "kind": kind, "times": 1})).await;
        let (got, answer) = fixture.send(&business, text_to(CUSTOMER, "x")).await;
        assert_eq!((got.as_u16(), &answer["error"]["code"]), (status, &json!(code)));
        assert_eq!(fixture.send(&business, text_to(CUSTOMER, "y")).await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_may_hit_one_customer_only() {
    let (fixture, business) = ready().await;
    fixture.customer_writes(&business, "905304445566", "hi").await;
    fixture.put("/sim/faults", json!({"on": "messages", "kind": "throttle_pair", "to": CUSTOMER})).await;
    assert_eq!(fixture.send(&business, text_to("905304445566", "x")).await.0, 200);
    assert_eq!(fixture.send(&business, text_to(CUSTOMER, "x")).await.0, 400);
    fixture.call(Method::DELETE, "/sim/faults", "", Value::Null).await;
    assert_eq!(fixture.send(&business, text_to(CUSTOMER, "x")).await.0, 200);
}

async fn send_raw(fixture: &Fixture, business: &Business) -> Result<reqwest::Response, reqwest::Error> {
    let url = fixture.url(&format!("/v26.0/{}/messages", business.number_id));
    fixture.client.post(url).bearer_auth(&business.token).json(&text_to(CUSTOMER, "x")).send().await
}

async fn sent_count(fixture: &Fixture) -> usize {
    fixture.get("/sim/sent", "").await.1["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_message_may_get_no_answer() {
    let (fixture, business) = ready().await;
    fixture.put("/sim/faults", json!({"on": "messages", "kind": "accepted_no_answer", "times": 1})).await;
    assert!(send_raw(&fixture, &business).await.is_err());
    assert_eq!(sent_count(&fixture).await, 1);
    assert_eq!(fixture.receiver.statuses(2).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_out_holds_and_accepts_nothing() {
    let (fixture, business) = ready().await;
    fixture.put("/sim/faults", json!({"on": "messages", "kind": "timeout", "hold_ms": 50, "times": 1})).await;
    let began = Instant::now();
    assert!(send_raw(&fixture, &business).await.is_err());
    assert!(began.elapsed() >= Duration::from_millis(50));
    assert_eq!(sent_count(&fixture).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_may_be_garbage_or_empty() {
    let (fixture, business) = ready().await;
    for (kind, body) in [("garbage", "<html>"), ("empty", "")] {
        fixture.put("/sim/faults", json!({"on": "messages", "kind": kind, "times": 1})).await;
        let answer = send_raw(&fixture, &business).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert!(answer.text().await.expect("a body").starts_with(body));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_calls_fail_on_demand_too() {
    let (fixture, business) = ready().await;
    for (on, path) in [
        ("phone_numbers", format!("/v26.0/{}/phone_numbers", business.waba_id)),
        ("subscribed_apps", format!("/{}/subscribed_apps", business.waba_id)),
        ("waba", format!("/v26.0/{}", business.waba_id)),
        ("number", format!("/{}", business.number_id)),
    ] {
        fixture.put("/sim/faults", json!({"on": on, "kind": "server_error", "times": 1})).await;
        assert_eq!(fixture.get(&path, &business.token).await.0, 500, "{on}");
        assert_eq!(fixture.get(&path, &business.token).await.0, 200, "{on}");
    }
    fixture.put("/sim/faults", json!({"on": "register", "kind": "accepted_no_answer", "times": 1})).await;
    let url = fixture.url(&format!("/{}/register", business.number_id));
    let body = json!({"messaging_product": "whatsapp", "pin": "123456"});
    assert!(fixture.client.post(&url).bearer_auth(&business.token).json(&body).send().await.is_err());
    let (_, state) = fixture.get("/sim/state", "").await;
    let numbers =
        state["businesses"].as_array().expect("businesses").last().expect("one")["wabas"][0]["numbers"].clone();
    assert_eq!(numbers[0]["has_pin"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_may_come_twice_or_wrongly_signed() {
    let (fixture, business) = ready().await;
    let inbound = json!({"phone_number_id": business.number_id, "from": CUSTOMER, "text": "hi"});
    fixture.put("/sim/faults", json!({"on": "webhook", "kind": "duplicate", "times": 1})).await;
    fixture.post("/sim/inbound", inbound.clone()).await;
    let (first, second) = (fixture.receiver.next().await, fixture.receiver.next().await);
    assert_eq!(first.body, second.body);
    fixture.put("/sim/faults", json!({"on": "webhook", "kind": "bad_signature", "times": 1})).await;
    fixture.post("/sim/inbound", inbound.clone()).await;
    let wrong = fixture.receiver.next().await.signature;
    assert_eq!(wrong.len(), first.signature.len());
    fixture.put("/sim/faults", json!({"on": "webhook", "kind": "drop", "times": 1})).await;
    assert_eq!(fixture.post("/sim/inbound", inbound).await["http_status"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_fault_is_refused() {
    let fixture = start().await;
    let body = json!({"on": "mesages", "kind": "timeout"});
    let (status, answer) = fixture.call(Method::PUT, "/sim/faults", "", body).await;
    assert_eq!(status, 400);
    assert!(answer["error"].is_string());
}
