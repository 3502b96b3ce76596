use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::support::{start, text_to};

const CUSTOMER: &str = "905301112233";

/// The events of a chat, one after the other.
struct Events {
    stream: futures_util::stream::BoxStream<'static, reqwest::Result<actix_web::web::Bytes>>,
    text: String,
}

impl Events {
    async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (name, data) = event.split_once('\n').expect("a name and data");
                let name = name.trim_start_matches("event: ").to_owned();
                let data = serde_json::from_str(data.trim_start_matches("data: ")).expect("JSON");
                let rest = rest.len();
                self.text.drain(..self.text.len() - rest);
                return (name, data);
            }
            let bytes = self.stream.next().await.expect("more").expect("bytes");
            self.text.push_str(std::str::from_utf8(&bytes).expect("text"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_sees_ticks_typing_and_answers() {
    let fixture = start().await;
    let business = fixture.business().await;
    let chat = json!({"number": business.number_id, "from": CUSTOMER, "name": "Ayşe"});
    let url = fixture.url(&format!("/sim/phone/events?number={}&from={CUSTOMER}", business.number_id));
    let stream = fixture.client.get(url).send().await.expect("a stream").bytes_stream().boxed();
    let mut events = Events { stream, text: String::new() };
    assert_eq!(events.next().await, ("thread".to_owned(), json!({"messages": []})));

    let mut body = chat.clone();
    body["message"] = json!({"type": "text", "text": {"body": "hi"}});
    let sent = fixture.post("/sim/phone/send", body).await;
    let wamid = sent["wamid"].clone();
    let (name, message) = events.next().await;
    assert_eq!(
        (name.as_str(), &message["side"], &message["progress"]),
        ("message", &json!("customer"), &json!("sent"))
    );
    let (_, progress) = events.next().await;
    assert_eq!(progress, json!({"ids": [wamid], "progress": "delivered"}));
    fixture.receiver.next().await;

    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": wamid, "typing_indicator": {"type": "text"}});
    fixture.send(&business, read).await;
    assert_eq!(events.next().await.1, json!({"ids": [wamid], "progress": "read"}));
    assert_eq!(events.next().await.0, "typing");

    fixture.send(&business, text_to(CUSTOMER, "hello")).await;
    let (_, answer) = events.next().await;
    assert_eq!((&answer["side"], &answer["message"]["text"]["body"]), (&json!("business"), &json!("hello")));
    assert_eq!(fixture.receiver.statuses(2).await.len(), 2);
    fixture.post("/sim/phone/read", chat.clone()).await;
    assert_eq!(fixture.receiver.statuses(1).await[0]["status"], "read");
    assert_eq!(fixture.post("/sim/phone/read", chat).await["read"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn read_does_not_overtake_delivered() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.customer_writes(&business, CUSTOMER, "hi").await;
    fixture.put("/sim/delays", json!({"sent_ms": 100})).await;
    fixture.send(&business, text_to(CUSTOMER, "hello")).await;
    let chat = json!({"number": business.number_id, "from": CUSTOMER});
    fixture.post("/sim/phone/read", chat).await;
    let statuses = fixture.receiver.statuses(3).await;
    let words: Vec<_> = statuses.iter().map(|it| it["status"].clone()).collect();
    assert_eq!(words, ["sent", "delivered", "read"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_becomes_a_message_the_business_can_download() {
    let fixture = start().await;
    let business = fixture.business().await;
    let url =
        fixture.url(&format!("/sim/phone/file?kind=image&number={}&from={CUSTOMER}&caption=Cake", business.number_id));
    let request = fixture.client.post(url).header("content-type", "image/png").body("png bytes");
    assert_eq!(request.send().await.expect("an answer").status(), 200);
    let message = fixture.receiver.next().await.value()["messages"][0].clone();
    assert_eq!(message["image"]["caption"], "Cake");
    let url = message["image"]["url"].as_str().expect("a URL");
    let file = fixture.client.get(url).bearer_auth(&business.token).send().await.expect("an answer");
    assert_eq!(file.text().await.expect("a body"), "png bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_bring_no_script_of_their_own() {
    let fixture = start().await;
    for path in ["/", "/phone", "/assets/phone.js", "/assets/phone.css"] {
        let answer = fixture.client.get(fixture.url(path)).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().expect("a policy").to_owned();
        assert!(policy.starts_with("default-src 'self'"));
        let text = answer.text().await.expect("a page");
        assert!(!text.contains(" onclick=") && !text.contains(" style=\""), "{path}");
    }
}
