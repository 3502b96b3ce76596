use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use super::*;
use crate::error::{Kind, Scope};
use crate::messages::{MessageBody, Recipient};
use crate::testing::{Graph, client_at, token};

fn message(body: Value) -> OutgoingMessage {
    OutgoingMessage {
        to: Recipient::Phone("+16505551234".into()),
        body: serde_json::from_value(body).unwrap(),
        reply_to: None,
        opaque: None,
    }
}

fn text() -> OutgoingMessage {
    message(json!({"type": "text", "body": "hi"}))
}

/// What goes over the wire for a message.
async fn wire(message: &OutgoingMessage) -> String {
    let graph = Graph::start().await;
    graph.answer(200, json!({"messages": [{"id": "wamid.1"}]})).await;
    graph.client.send("106540352242922", message, &token()).await.unwrap();
    let request = graph.requests().await.remove(0);
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/v26.0/106540352242922/messages"));
    assert_eq!(request.headers["authorization"], format!("Bearer {}", token().expose_secret()));
    assert_eq!(request.headers["content-type"], "application/json");
    String::from_utf8(request.body).unwrap()
}

/// The part of a message that differs by type.
async fn content(body: Value) -> String {
    let wire = wire(&message(body)).await;
    let start = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","#;
    wire.strip_prefix(start).unwrap_or_else(|| panic!("{wire}")).to_owned()
}

#[tokio::test]
async fn a_phone_number_goes_to_to_and_a_user_id_to_recipient() {
    let user_id = "US.13491208655302741918";
    let both = Recipient::Both { phone: "16505551234".into(), user_id: user_id.into() };
    insta::assert_snapshot!(wire(&text()).await, @r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"text","text":{"preview_url":false,"body":"hi"}}"#);
    let to_user = OutgoingMessage { to: Recipient::UserId(user_id.into()), ..text() };
    insta::assert_snapshot!(wire(&to_user).await, @r#"{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.13491208655302741918","type":"text","text":{"preview_url":false,"body":"hi"}}"#);
    let to_both = OutgoingMessage { to: both, ..text() };
    insta::assert_snapshot!(wire(&to_both).await, @r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"16505551234","recipient":"US.13491208655302741918","type":"text","text":{"preview_url":false,"body":"hi"}}"#);
}

#[tokio::test]
async fn a_quotation_and_our_id_go_along() {
    let message = OutgoingMessage { reply_to: Some("wamid.in".into()), opaque: Some("0192".into()), ..text() };
    insta::assert_snapshot!(wire(&message).await, @r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","context":{"message_id":"wamid.in"},"biz_opaque_callback_data":"0192","type":"text","text":{"preview_url":false,"body":"hi"}}"#);
}

#[tokio::test]
async fn files_go_by_id_or_link() {
    insta::assert_snapshot!(content(json!({"type": "image", "media": {"id": "14"}, "caption": "c"})).await, @r#""type":"image","image":{"id":"14","caption":"c"}}"#);
    insta::assert_snapshot!(content(json!({"type": "image", "media": {"link": "https://a.example/x"}})).await, @r#""type":"image","image":{"link":"https://a.example/x"}}"#);
    insta::assert_snapshot!(content(json!({"type": "audio", "media": {"id": "10"}, "voice": true})).await, @r#""type":"audio","audio":{"id":"10","voice":true}}"#);
    insta::assert_snapshot!(content(json!({"type": "audio", "media": {"id": "10"}})).await, @r#""type":"audio","audio":{"id":"10"}}"#);
    insta::assert_snapshot!(content(json!({"type": "video", "media": {"id": "11"}, "caption": "c"})).await, @r#""type":"video","video":{"id":"11","caption":"c"}}"#);
    insta::assert_snapshot!(content(json!({"type": "document", "media": {"id": "13"}, "filename": "order.pdf", "caption": "c"})).await, @r#""type":"document","document":{"id":"13","filename":"order.pdf","caption":"c"}}"#);
    insta::assert_snapshot!(content(json!({"type": "sticker", "media": {"id": "15"}})).await, @r#""type":"sticker","sticker":{"id":"15"}}"#);
}

#[tokio::test]
async fn locations_contacts_and_reactions_go_as_documented() {
    let location = json!({"type": "location", "latitude": 37.442_164_961_22, "longitude": -122.0, "name": "Philz", "address": "101 Forest Ave"});
    insta::assert_snapshot!(content(location).await, @r#""type":"location","location":{"latitude":"37.44216496122","longitude":"-122","name":"Philz","address":"101 Forest Ave"}}"#);
    let contacts = json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "B"}}]});
    insta::assert_snapshot!(content(contacts).await, @r#""type":"contacts","contacts":[{"name":{"formatted_name":"B"}}]}"#);
    insta::assert_snapshot!(content(json!({"type": "reaction", "message_id": "wamid.in", "emoji": "😀"})).await, @r#""type":"reaction","reaction":{"message_id":"wamid.in","emoji":"😀"}}"#);
    insta::assert_snapshot!(content(json!({"type": "reaction", "message_id": "wamid.in", "emoji": ""})).await, @r#""type":"reaction","reaction":{"message_id":"wamid.in","emoji":""}}"#);
}

#[tokio::test]
async fn reply_buttons_and_lists_go_as_documented() {
    let header = json!({"type": "text", "text": "h"});
    let buttons = json!({"type": "buttons", "header": header, "body": "b", "footer": "f", "buttons": [{"id": "1", "title": "Yes"}]});
    insta::assert_snapshot!(content(json!({"type": "interactive", "interactive": buttons})).await, @r#""type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"Yes"}}]}}}"#);
    let picture = json!({"type": "image", "image": {"link": "https://a.example/x"}});
    let buttons = json!({"type": "buttons", "header": picture, "body": "b", "buttons": [{"id": "1", "title": "Yes"}]});
    insta::assert_snapshot!(content(json!({"type": "interactive", "interactive": buttons})).await, @r#""type":"interactive","interactive":{"type":"button","header":{"type":"image","image":{"link":"https://a.example/x"}},"body":{"text":"b"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"Yes"}}]}}}"#);
    let sections = json!([{"title": "s", "rows": [{"id": "1", "title": "Priority", "description": "d"}, {"id": "2", "title": "Plain"}]}]);
    let list =
        json!({"type": "list", "header": header, "body": "b", "footer": "f", "button": "Open", "sections": sections});
    insta::assert_snapshot!(content(json!({"type": "interactive", "interactive": list})).await, @r#""type":"interactive","interactive":{"type":"list","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"button":"Open","sections":[{"title":"s","rows":[{"id":"1","title":"Priority","description":"d"},{"id":"2","title":"Plain"}]}]}}}"#);
}

#[tokio::test]
async fn link_buttons_and_location_requests_go_as_documented() {
    let link = json!({"type": "cta_url", "body": "b", "display_text": "Open", "url": "https://a.example/"});
    insta::assert_snapshot!(content(json!({"type": "interactive", "interactive": link})).await, @r#""type":"interactive","interactive":{"type":"cta_url","body":{"text":"b"},"action":{"name":"cta_url","parameters":{"display_text":"Open","url":"https://a.example/"}}}}"#);
    let request = json!({"type": "location_request", "body": "b"});
    insta::assert_snapshot!(content(json!({"type": "interactive", "interactive": request})).await, @r#""type":"interactive","interactive":{"type":"location_request_message","body":{"text":"b"},"action":{"name":"send_location"}}}"#);
}

#[tokio::test]
async fn templates_go_as_documented() {
    insta::assert_snapshot!(content(json!({"type": "template", "name": "hello_world", "language": "en_US"})).await, @r#""type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}}"#);
    let components = json!([{"type": "body"}]);
    insta::assert_snapshot!(content(json!({"type": "template", "name": "hello", "language": "tr", "components": components})).await, @r#""type":"template","template":{"name":"hello","language":{"code":"tr"},"components":[{"type":"body"}]}}"#);
}

#[test]
fn the_stored_form_of_a_body_is_read_back() {
    let bodies = [
        MessageBody::Text { body: "hi".into(), preview_url: true },
        serde_json::from_value(
            json!({"type": "document", "media": {"link": "https://a.example/x"}, "filename": "a.pdf"}),
        )
        .unwrap(),
        serde_json::from_value(
            json!({"type": "interactive", "interactive": {"type": "location_request", "body": "b"}}),
        )
        .unwrap(),
    ];
    for body in bodies {
        let stored = serde_json::to_string(&body).unwrap();
        assert_eq!(serde_json::from_str::<MessageBody>(&stored).unwrap(), body, "{stored}");
    }
}

#[tokio::test]
async fn the_answer_names_the_message_and_the_contact() {
    let graph = Graph::start().await;
    graph
        .answer(
            200,
            json!({"messaging_product": "whatsapp", "contacts": [{"input": "+16505551234", "wa_id": "16505551234"}],
            "messages": [{"id": "wamid.1", "message_status": "accepted"}]}),
        )
        .await;
    let sent = graph.client.send("12", &text(), &token()).await.unwrap();
    assert_eq!((sent.wamid.as_str(), sent.wa_id.as_deref(), sent.user_id), ("wamid.1", Some("16505551234"), None));
    assert_eq!(sent.message_status.as_deref(), Some("accepted"));
}

#[tokio::test]
async fn the_answer_to_a_user_id_has_no_phone_number() {
    let graph = Graph::start().await;
    graph
        .answer(200, json!({"contacts": [{"input": "US.1", "user_id": "US.1"}], "messages": [{"id": "wamid.1"}]}))
        .await;
    let sent = graph.client.send("12", &text(), &token()).await.unwrap();
    assert_eq!((sent.wa_id, sent.user_id.as_deref()), (None, Some("US.1")));
}

#[tokio::test]
async fn a_message_is_marked_read_with_and_without_typing() {
    let graph = Graph::start().await;
    graph.answer(200, json!({"success": true})).await;
    graph.client.mark_read("12", "wamid.in", false, &token()).await.unwrap();
    graph.client.mark_read("12", "wamid.in", true, &token()).await.unwrap();
    let bodies: Vec<String> =
        graph.requests().await.into_iter().map(|request| String::from_utf8(request.body).unwrap()).collect();
    insta::assert_snapshot!(bodies[0], @r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.in"}"#);
    insta::assert_snapshot!(bodies[1], @r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.in","typing_indicator":{"type":"text"}}"#);
}

async fn failure(response: ResponseTemplate) -> GraphError {
    let graph = Graph::start().await;
    graph.respond(response).await;
    let error = graph.client.send("12", &text(), &token()).await.unwrap_err();
    assert_eq!(graph.requests().await.len(), 1, "a message is sent once: {error}");
    error
}

#[tokio::test]
async fn a_refusal_of_graph_is_certain() {
    for (status, code, kind) in [
        (400, 131_047, Kind::WindowClosed),
        (500, 131_000, Kind::Transient),
        (400, 131_056, Kind::Throttled(Scope::Pair)),
    ] {
        let error = failure(ResponseTemplate::new(status).set_body_json(json!({"error": {"code": code}}))).await;
        assert_eq!((error.kind, error.outcome_unknown()), (kind, false), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_graph_did_not_write_leaves_the_outcome_unknown() {
    let unknown = [
        ResponseTemplate::new(502).set_body_string("<html>bad gateway</html>"),
        ResponseTemplate::new(500),
        ResponseTemplate::new(200).set_body_string("<html>welcome</html>"),
        ResponseTemplate::new(200).set_body_json(json!({"messages": []})),
    ];
    for response in unknown {
        let error = failure(response).await;
        assert_eq!((error.kind, error.outcome_unknown()), (Kind::Transient, true), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_without_a_graph_error_is_certain_all_the_same() {
    for (status, kind) in [(400, Kind::Request), (404, Kind::Request), (429, Kind::Throttled(Scope::App))] {
        let error = failure(ResponseTemplate::new(status)).await;
        assert_eq!((error.kind, error.outcome_unknown()), (kind, false), "{error}");
    }
}

#[tokio::test]
async fn the_time_to_wait_is_read_from_the_header_and_bounded() {
    for (header, wait) in [("17", 17), ("99999999999", 86_400)] {
        let error = failure(ResponseTemplate::new(429).insert_header("retry-after", header)).await;
        assert_eq!(error.wait(0), Duration::from_secs(wait));
    }
}

#[tokio::test]
async fn a_time_out_leaves_the_outcome_unknown_and_shows_no_url() {
    let error = failure(ResponseTemplate::new(200).set_delay(Duration::from_secs(30))).await;
    assert_eq!((error.kind, error.outcome_unknown(), error.http_status), (Kind::Transient, true, None));
    assert!(!format!("{error} {error:?}").contains("http://"), "{error:?}");
}

/// Accepts one connection, reads the request's head, writes `answer` and hangs up.
async fn hang_up_after(answer: &'static str) -> GraphError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client_at(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        assert!(socket.read(&mut buffer).await.unwrap() > 0);
        socket.write_all(answer.as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
    });
    let error = client.send("12", &text(), &token()).await.unwrap_err();
    server.await.unwrap();
    error
}

#[tokio::test]
async fn a_connection_lost_before_or_amid_the_answer_leaves_the_outcome_unknown() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"messages\":"] {
        let error = hang_up_after(answer).await;
        assert_eq!((error.kind, error.outcome_unknown()), (Kind::Transient, true), "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_has_done_nothing() {
    let error = client_at("http://127.0.0.1:9").send("12", &text(), &token()).await.unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (Kind::Transient, false), "{error}");
    assert_eq!(error.message, "Graph could not be reached");
}
