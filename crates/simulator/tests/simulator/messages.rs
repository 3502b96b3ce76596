use serde_json::{Value, json};

use crate::support::{start, text_to};

const CUSTOMER: &str = "905301112233";

/// A message body with the frame around it.
fn message(kind: &str, content: Value) -> Value {
    let mut body = json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": kind});
    body[kind] = content;
    body
}

fn buttons(titles: &[&str]) -> Value {
    let buttons: Vec<Value> = titles
        .iter()
        .enumerate()
        .map(|(n, title)| json!({"type": "reply", "reply": {"id": n.to_string(), "title": title}}))
        .collect();
    json!({"type": "button", "body": {"text": "Choose"}, "action": {"buttons": buttons}})
}

fn list(rows: usize) -> Value {
    let rows: Vec<Value> = (0..rows).map(|n| json!({"id": n.to_string(), "title": "Row"})).collect();
    json!({"type": "list", "body": {"text": "Choose"}, "action": {"button": "Open", "sections": [{"title": "S", "rows": rows}]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_that_meta_takes_is_taken() {
    let fixture = start().await;
    let business = fixture.business().await;
    let wamid = fixture.customer_writes(&business, CUSTOMER, "hi").await;
    let link = json!({"link": "https://example.com/a"});
    for body in [
        message("text", json!({"body": "x".repeat(4096), "preview_url": true})),
        message("image", link.clone()),
        message("audio", link.clone()),
        message("video", link.clone()),
        message("document", json!({"link": "https://example.com/a", "filename": "a.pdf", "caption": "A"})),
        message("sticker", link),
        message("location", json!({"latitude": "40.99", "longitude": 29.02, "name": "Here"})),
        message("contacts", json!([{"name": {"formatted_name": "Ali"}, "phones": []}])),
        message("reaction", json!({"message_id": wamid, "emoji": ""})),
        message("interactive", buttons(&["One", "Two", "Three"])),
        message("interactive", list(10)),
        message(
            "interactive",
            json!({"type": "cta_url", "body": {"text": "B"}, "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://example.com"}}}),
        ),
        message(
            "interactive",
            json!({"type": "location_request_message", "body": {"text": "B"}, "action": {"name": "send_location"}}),
        ),
        message("template", json!({"name": "hello_world", "language": {"code": "en_US"}})),
    ] {
        let (status, answer) = fixture.send(&business, body.clone()).await;
        assert_eq!(status, 200, "{body} {answer}");
        assert_eq!(answer["contacts"][0], json!({"input": CUSTOMER, "wa_id": CUSTOMER}));
        assert!(answer["messages"][0]["id"].as_str().expect("an id").starts_with("wamid."));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_meta_rejects_is_rejected_with_its_code() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.customer_writes(&business, CUSTOMER, "hi").await;
    let long = |count: usize| "x".repeat(count);
    let mut opaque = message("text", json!({"body": "x"}));
    opaque["biz_opaque_callback_data"] = json!(long(513));
    for (body, code) in [
        (json!("not an object"), 100),
        (json!({"to": CUSTOMER, "type": "text", "text": {"body": "x"}}), 100),
        (json!({"messaging_product": "sms", "to": CUSTOMER, "text": {"body": "x"}}), 100),
        (json!({"messaging_product": "whatsapp", "text": {"body": "x"}}), 100),
        (json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "text"}), 100),
        (json!({"messaging_product": "whatsapp", "to": "abc", "text": {"body": "x"}}), 100),
        (json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "poem", "poem": {}}), 100),
        (json!({"messaging_product": "whatsapp", "recipient": "nobody", "text": {"body": "x"}}), 100),
        (json!({"messaging_product": "whatsapp", "recipient": "US.404", "text": {"body": "x"}}), 131_026),
        (message("text", json!({"body": long(4097)})), 100),
        (message("text", json!({"body": " "})), 100),
        (message("text", json!({"body": 7})), 100),
        (opaque, 100),
        (message("image", json!({"id": "1"})), 100),
        (message("image", json!({"link": "ftp://a"})), 100),
        (message("image", json!({"id": "1", "link": "https://a"})), 131_009),
        (message("audio", json!({"link": "https://a.example/a", "caption": "no"})), 131_009),
        (message("image", json!({"link": "https://a.example/a", "caption": long(1025)})), 100),
        (message("location", json!({"latitude": 91, "longitude": 0})), 131_009),
        (message("contacts", json!([])), 100),
        (message("reaction", json!({"emoji": "👍"})), 100),
        (message("interactive", buttons(&["1", "2", "3", "4"])), 131_009),
        (message("interactive", buttons(&["same", "same"])), 131_009),
        (message("interactive", buttons(&[&long(21)])), 131_009),
        (message("interactive", buttons(&[])), 131_009),
        (message("interactive", list(11)), 131_009),
        (message("interactive", json!({"type": "button", "action": {"buttons": []}})), 100),
        (message("template", json!({"name": "nope", "language": {"code": "en_US"}})), 132_001),
        (message("template", json!({"name": "hello_world", "language": {"code": "tr"}})), 132_001),
        (
            message(
                "template",
                json!({"name": "hello_world", "language": {"code": "en_US"}, "components": [{"type": "body", "parameters": [{"type": "text", "text": "x"}]}]}),
            ),
            132_000,
        ),
    ] {
        let (status, answer) = fixture.send(&business, body.clone()).await;
        assert_eq!(answer["error"]["code"], code, "{body} {answer}");
        assert!(status.is_client_error(), "{body}");
        assert_eq!(answer["error"]["type"], "OAuthException");
    }
    let (_, sent) = fixture.get("/sim/sent", "").await;
    assert_eq!(sent["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_closes_after_a_day_except_for_templates() {
    let fixture = start().await;
    let business = fixture.business().await;
    let (_, answer) = fixture.send(&business, text_to(CUSTOMER, "too early")).await;
    assert_eq!(answer["error"]["code"], 131_047);
    fixture.customer_writes(&business, CUSTOMER, "hi").await;
    assert_eq!(fixture.send(&business, text_to(CUSTOMER, "in time")).await.0, 200);
    assert_eq!(fixture.send(&business, text_to("905309999999", "a stranger")).await.0, 400);
    fixture.post("/sim/clock", json!({"advance_ms": 24 * 3_600_000})).await;
    let (status, answer) = fixture.send(&business, text_to(CUSTOMER, "too late")).await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (400, &json!(131_047)));
    let template = message("template", json!({"name": "hello_world", "language": {"code": "en_US"}}));
    assert_eq!(fixture.send(&business, template).await.0, 200);
    fixture.put("/sim/windows", json!({"mode": "open"})).await;
    assert_eq!(fixture.send(&business, text_to("905309999999", "a stranger")).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_without_a_phone_is_answered_by_user_id() {
    let fixture = start().await;
    let business = fixture.business().await;
    let body = json!({"phone_number_id": business.number_id, "from": CUSTOMER, "username": "@ayse", "text": "hi", "bsuid_only": true});
    let inbound = fixture.post("/sim/inbound", body).await;
    let value = fixture.receiver.next().await.value();
    let user_id = inbound["user_id"].as_str().expect("a user id");
    assert!(user_id.starts_with("US."));
    assert_eq!(value["messages"][0]["from_user_id"], user_id);
    assert!(value["messages"][0].get("from").is_none());
    assert!(value["contacts"][0].get("wa_id").is_none());
    let answer =
        json!({"messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": {"body": "hello"}});
    let (status, answer) = fixture.send(&business, answer).await;
    assert_eq!(status, 200);
    assert_eq!(answer["contacts"][0], json!({"input": user_id, "user_id": user_id}));
    let status = &fixture.receiver.statuses(1).await[0];
    assert_eq!(status["recipient_user_id"], user_id);
    assert!(status.get("recipient_id").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unregistered_number_cannot_send_nor_one_write_to_itself() {
    let fixture = start().await;
    let made = fixture.post("/sim/businesses", json!({"phone": "+90 216 555 00 01"})).await;
    let path = format!("/{}/messages", made["phone_number_id"].as_str().expect("id"));
    let token = made["access_token"].as_str().expect("token");
    let (_, answer) = fixture.graph(&path, token, text_to(CUSTOMER, "x")).await;
    assert_eq!(answer["error"]["code"], 133_010);
    let register = json!({"messaging_product": "whatsapp", "pin": "123456"});
    fixture.graph(&path.replace("messages", "register"), token, register).await;
    let (_, answer) = fixture.graph(&path, token, text_to("902165550001", "x")).await;
    assert_eq!(answer["error"]["code"], 131_021);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_needs_a_message_that_was_received() {
    let fixture = start().await;
    let business = fixture.business().await;
    let wamid = fixture.customer_writes(&business, CUSTOMER, "hi").await;
    let read = |id: &str| json!({"messaging_product": "whatsapp", "status": "read", "message_id": id, "typing_indicator": {"type": "text"}});
    let (status, answer) = fixture.send(&business, read(&wamid)).await;
    assert_eq!((status.as_u16(), answer), (200, json!({"success": true})));
    let (status, _) = fixture.send(&business, read("wamid.unknown")).await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_messages_are_kept_in_order_with_their_bodies() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.customer_writes(&business, CUSTOMER, "hi").await;
    for text in ["one", "two", "three"] {
        fixture.send(&business, text_to("+90 530 111 22 33", text)).await;
    }
    let path = format!("/sim/sent?phone_number_id={}&to={CUSTOMER}&after=1", business.number_id);
    let (_, sent) = fixture.get(&path, "").await;
    let texts: Vec<_> =
        sent["items"].as_array().expect("items").iter().map(|it| it["body"]["text"]["body"].clone()).collect();
    assert_eq!(texts, ["two", "three"]);
    assert_eq!(sent["items"][0]["n"], 2);
}
