use serde_json::{Value, json};

use crate::support::{start, text_to};

const CUSTOMER: &str = "905301112233";

fn words(statuses: &[Value]) -> Vec<&str> {
    statuses.iter().filter_map(|it| it["status"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_follow_and_bring_our_data_back() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.customer_writes(&business, CUSTOMER, "hi").await;
    let mut body = text_to(CUSTOMER, "hello");
    body["biz_opaque_callback_data"] = json!("our-id-1");
    let (_, answer) = fixture.send(&business, body).await;
    let statuses = fixture.receiver.statuses(2).await;
    assert_eq!(words(&statuses), ["sent", "delivered"]);
    for status in &statuses {
        assert_eq!(status["id"], answer["messages"][0]["id"]);
        assert_eq!(status["biz_opaque_callback_data"], "our-id-1");
        assert_eq!(status["recipient_id"], CUSTOMER);
        assert_eq!(status["pricing"]["category"], "service");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_can_come_reversed_doubled_or_by_hand() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.customer_writes(&business, CUSTOMER, "hi").await;
    fixture.put("/sim/statuses", json!({"mode": "reversed"})).await;
    fixture.send(&business, text_to(CUSTOMER, "one")).await;
    assert_eq!(words(&fixture.receiver.statuses(3).await), ["read", "delivered", "sent"]);
    fixture.put("/sim/statuses", json!({"mode": "duplicate"})).await;
    fixture.send(&business, text_to(CUSTOMER, "two")).await;
    assert_eq!(words(&fixture.receiver.statuses(4).await), ["sent", "sent", "delivered", "delivered"]);
    fixture.put("/sim/statuses", json!({"mode": "manual"})).await;
    let (_, answer) = fixture.send(&business, text_to(CUSTOMER, "three")).await;
    let errors = json!([{"code": 131_026, "title": "Message undeliverable"}]);
    let failed = json!({"wamid": answer["messages"][0]["id"], "status": "failed", "timestamp": 5, "errors": errors});
    assert_eq!(fixture.post("/sim/status", failed).await["http_status"], 200);
    let value = fixture.receiver.next().await.value();
    assert_eq!(value["statuses"][0]["errors"], errors);
    assert_eq!(value["statuses"][0]["timestamp"], "5");
    assert!(value.get("contacts").is_none());
    assert!(value["statuses"][0].get("recipient_user_id").is_none());
}
