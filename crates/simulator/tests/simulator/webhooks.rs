use std::sync::atomic::Ordering;

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::json;
use sha2::Sha256;

use crate::support::{APP_SECRET, VERIFY_TOKEN, start, start_with};

fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).expect("a key");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signature_is_over_the_escaped_bytes_on_the_wire() {
    let fixture = start().await;
    let business = fixture.business().await;
    let body =
        json!({"phone_number_id": business.number_id, "from": "905301112233", "name": "Ayşe", "text": "ığ 👍 a/b"});
    fixture.post("/sim/inbound", body).await;
    let received = fixture.receiver.next().await;
    assert_eq!(received.signature, signature(&received.body));
    let text = String::from_utf8(received.body.clone()).expect("text");
    assert!(text.is_ascii());
    assert!(text.contains(r"\u0131\u011f \ud83d\udc4d a\/b"), "{text}");
    let value = received.value();
    assert_eq!(value["metadata"]["phone_number_id"], json!(business.number_id));
    assert_eq!(value["contacts"][0]["profile"]["name"], "Ayşe");
    assert_eq!(value["contacts"][0]["wa_id"], "905301112233");
    assert_eq!(value["messages"][0]["from_user_id"], value["contacts"][0]["user_id"]);
    assert_eq!(received.json()["entry"][0]["id"], json!(business.waba_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_for_a_waba_that_is_not_subscribed() {
    let fixture = start().await;
    let made = fixture.post("/sim/businesses", json!({})).await;
    let body = json!({"phone_number_id": made["phone_number_id"], "from": "905301112233", "text": "hi"});
    assert_eq!(fixture.post("/sim/inbound", body).await["http_status"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_webhook_comes_again_with_the_same_bytes() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.put("/sim/webhook/retries", json!({"retries": 3, "pause_ms": 1})).await;
    fixture.receiver.answers.store(503, Ordering::Relaxed);
    let body = json!({"phone_number_id": business.number_id, "from": "905301112233", "text": "hi"});
    assert_eq!(fixture.post("/sim/inbound", body).await["http_status"], 503);
    let first = fixture.receiver.next().await;
    fixture.receiver.answers.store(200, Ordering::Relaxed);
    let again = fixture.receiver.next().await;
    assert_eq!(first.body, again.body);
    assert_eq!(first.signature, again.signature);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_may_be_in_a_webhook_twice() {
    let fixture = start().await;
    let business = fixture.business().await;
    let body = json!({"phone_number_id": business.number_id, "from": "905301112233", "text": "hi", "wamid": "wamid.X", "timestamp": 1_700_000_000, "copies": 2});
    fixture.post("/sim/inbound", body).await;
    let value = fixture.receiver.next().await.value();
    assert_eq!(value["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!(value["messages"][0], value["messages"][1]);
    assert_eq!(value["messages"][0]["id"], "wamid.X");
    assert_eq!(value["messages"][0]["timestamp"], "1700000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raw_webhook_is_sent_byte_for_byte_and_opens_windows() {
    let fixture = start().await;
    let business = fixture.business().await;
    let webhook = json!({"object": "whatsapp_business_account", "entry": [{"id": business.waba_id, "changes": [{"field": "messages", "value": {
        "metadata": {"phone_number_id": business.number_id}, "messages": [{"from": "905301112233", "id": "wamid.R", "type": "text", "text": {"body": "hi"}}]}}]}]});
    let text = serde_json::to_string_pretty(&webhook).expect("text");
    let answer = fixture.post("/sim/webhook/raw", json!({"body": text})).await;
    assert_eq!(answer["status"], 200);
    let received = fixture.receiver.next().await;
    assert_eq!(received.body, text.as_bytes());
    assert_eq!(received.signature, signature(text.as_bytes()));
    let (status, _) = fixture.send(&business, crate::support::text_to("905301112233", "hello")).await;
    assert_eq!(status, 200);
    fixture.receiver.statuses(2).await;
    fixture.post("/sim/webhook/raw", json!({"body": {}, "signature": "sha256=00"})).await;
    assert_eq!(fixture.receiver.next().await.signature, "sha256=00");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_is_set_after_a_handshake() {
    let fixture = start_with(|config| config.webhook_url = None).await;
    let set = async |token: &str| {
        let body = json!({"url": fixture.receiver.url, "verify_token": token});
        fixture.post("/sim/webhook", body).await["verified"].clone()
    };
    assert_eq!(set("wrong").await, false);
    assert_eq!(fixture.get("/sim/state", "").await.1["webhook_url"], json!(null));
    assert_eq!(set(VERIFY_TOKEN).await, true);
    assert_eq!(fixture.get("/sim/state", "").await.1["webhook_url"], json!(fixture.receiver.url));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_may_have_a_callback_of_its_own() {
    let fixture = start().await;
    let business = fixture.business().await;
    let other = start().await;
    let body =
        json!({"webhook_configuration": {"override_callback_uri": other.receiver.url, "verify_token": VERIFY_TOKEN}});
    let path = format!("/v26.0/{}", business.number_id);
    assert_eq!(fixture.call(Method::POST, &path, &business.token, body).await.0, 200);
    let inbound = json!({"phone_number_id": business.number_id, "from": "905301112233", "text": "hi"});
    fixture.post("/sim/inbound", inbound).await;
    assert_eq!(other.receiver.next().await.value()["messages"][0]["text"]["body"], "hi");
}

#[tokio::test(flavor = "multi_thread")]
async fn echoes_history_and_account_updates_have_metas_shapes() {
    let fixture = start().await;
    let business = fixture.business().await;
    let echo = json!({"phone_number_id": business.number_id, "to": "905301112233", "text": "typed"});
    fixture.post("/sim/echo", echo).await;
    let received = fixture.receiver.next().await;
    assert_eq!(received.json()["entry"][0]["changes"][0]["field"], "smb_message_echoes");
    assert_eq!(received.value()["message_echoes"][0]["to"], "905301112233");

    let history = json!({"phone_number_id": business.number_id, "with": "905301112233", "count": 501});
    fixture.post("/sim/history", history).await;
    let (first, second) = (fixture.receiver.next().await.value(), fixture.receiver.next().await.value());
    let count = |value: &serde_json::Value| value["history"][0]["threads"][0]["messages"].as_array().map(Vec::len);
    assert_eq!((count(&first), count(&second)), (Some(500), Some(1)));

    let update =
        json!({"entry_id": "7", "value": {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": business.waba_id}}});
    fixture.post("/sim/account_update", update).await;
    let received = fixture.receiver.next().await.json();
    assert_eq!(received["entry"][0]["id"], "7");
    assert_eq!(received["entry"][0]["changes"][0]["field"], "account_update");
}
