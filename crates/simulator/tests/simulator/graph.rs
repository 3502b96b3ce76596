use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{APP_ID, APP_SECRET, start};

fn proof(token: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).expect("a key");
    mac.update(token.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_its_own_business_only() {
    let fixture = start().await;
    let (mine, theirs) = (fixture.business().await, fixture.business().await);
    let (status, own) = fixture.get(&format!("/v26.0/{}", mine.waba_id), &mine.token).await;
    assert_eq!((status, &own["name"]), (StatusCode::OK, &json!("Fırın")));
    for id in [&theirs.waba_id, &theirs.number_id, &theirs.id, &"77".to_owned()] {
        let (status, answer) = fixture.get(&format!("/v26.0/{id}"), &mine.token).await;
        assert_eq!(status, 400);
        assert_eq!((&answer["error"]["code"], &answer["error"]["error_subcode"]), (&json!(100), &json!(33)));
        assert!(answer["error"]["fbtrace_id"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_proof_is_refused_and_a_right_one_taken() {
    let fixture = start().await;
    let business = fixture.business().await;
    let path = |proof: &str| format!("/v26.0/{}?appsecret_proof={proof}", business.waba_id);
    let (status, _) = fixture.get(&path(&proof(&business.token)), &business.token).await;
    assert_eq!(status, 200);
    let (status, answer) = fixture.get(&path("00"), &business.token).await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (400, &json!(100)));
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_tokens_are_code_190() {
    let fixture = start().await;
    let business = fixture.business().await;
    let path = format!("/v26.0/{}", business.waba_id);
    let short = fixture.post("/sim/tokens", json!({"business_id": business.id, "expires_in": 60})).await;
    let short = short["access_token"].as_str().expect("a token");
    assert_eq!(fixture.get(&path, short).await.0, 200);
    fixture.post("/sim/clock", json!({"advance_ms": 60_000})).await;
    let (status, answer) = fixture.get(&path, short).await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (401, &json!(190)));
    assert_eq!(answer["error"]["error_subcode"], 463);

    let revoked = fixture.post("/sim/tokens/revoke", json!({"waba_id": business.waba_id})).await;
    assert_eq!(revoked["revoked"], 2);
    let (status, answer) = fixture.get(&path, &business.token).await;
    assert_eq!((status.as_u16(), &answer["error"]["error_subcode"]), (401, &json!(458)));
    let url = format!("/debug_token?input_token={}", business.token);
    let (_, debug) = fixture.get(&url, &format!("{APP_ID}|{APP_SECRET}")).await;
    assert_eq!(debug["data"]["is_valid"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_come_in_pages() {
    let fixture = start().await;
    let business = fixture.business().await;
    let list = format!("/v26.0/{}/phone_numbers", business.waba_id);
    for n in 0..4 {
        let new = json!({"cc": "1", "phone_number": format!("415555010{n}"), "verified_name": "Next"});
        assert_eq!(fixture.call(Method::POST, &list, &business.token, new).await.0, 200);
    }
    let mut seen = Vec::new();
    let mut url = format!("{list}?limit=2&fields=id,display_phone_number");
    loop {
        let (_, page) = fixture.get(&url, &business.token).await;
        seen.extend(page["data"].as_array().expect("data").iter().map(|it| it["id"].clone()));
        assert!(page["data"][0].get("quality_rating").is_none());
        if page["paging"]["next"].is_null() {
            break;
        }
        url = format!(
            "{list}?limit=2&fields=id,display_phone_number&after={}",
            page["paging"]["cursors"]["after"].as_str().expect("a cursor")
        );
    }
    assert_eq!(seen.len(), 5);
    seen.dedup();
    assert_eq!(seen.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_keeps_the_first_pin_and_counts_attempts() {
    let fixture = start().await;
    let made = fixture.post("/sim/businesses", json!({"pin": "111111"})).await;
    let (id, token) = (made["phone_number_id"].as_str().expect("id"), made["access_token"].as_str().expect("token"));
    let register = async |pin: &str| {
        let body = json!({"messaging_product": "whatsapp", "pin": pin});
        let (_, answer) = fixture.graph(&format!("/{id}/register"), token, body).await;
        answer["error"]["code"].as_i64()
    };
    assert_eq!(register("12").await, Some(100));
    assert_eq!(register("222222").await, Some(133_005));
    assert_eq!(register("111111").await, None);
    for _ in 0..8 {
        assert_eq!(register("111111").await, None);
    }
    assert_eq!(register("111111").await, Some(133_016));
    fixture.post("/sim/clock", json!({"advance_ms": 72 * 3_600_000})).await;
    assert_eq!(register("111111").await, None);
    let (_, number) = fixture.get(&format!("/{id}?fields=status,platform_type"), token).await;
    assert_eq!(number, json!({"id": id, "status": "CONNECTED", "platform_type": "CLOUD_API"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_number_cannot_be_registered() {
    let fixture = start().await;
    let made = fixture.post("/sim/businesses", json!({"verified": false})).await;
    let path = format!("/{}/register", made["phone_number_id"].as_str().expect("id"));
    let body = json!({"messaging_product": "whatsapp", "pin": "123456"});
    let (_, answer) = fixture.graph(&path, made["access_token"].as_str().expect("token"), body).await;
    assert_eq!(answer["error"]["code"], 133_006);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_listed_and_end() {
    let fixture = start().await;
    let business = fixture.business().await;
    let path = format!("/v26.0/{}/subscribed_apps", business.waba_id);
    let over = json!({"override_callback_uri": fixture.receiver.url, "verify_token": crate::support::VERIFY_TOKEN});
    assert_eq!(fixture.call(Method::POST, &path, &business.token, over).await.0, 200);
    let (_, list) = fixture.get(&path, &business.token).await;
    assert_eq!(list["data"][0]["override_callback_uri"], json!(fixture.receiver.url));
    assert_eq!(list["data"][0]["whatsapp_business_api_data"]["id"], APP_ID);
    fixture.call(Method::POST, &path, &business.token, Value::Null).await;
    let (_, list) = fixture.get(&path, &business.token).await;
    assert!(list["data"][0].get("override_callback_uri").is_none());
    fixture.call(Method::DELETE, &path, &business.token, Value::Null).await;
    let (_, list) = fixture.get(&path, &business.token).await;
    assert_eq!(list["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_token_is_fetched_again_with_a_proof() {
    let fixture = start().await;
    let business = fixture.business().await;
    let system = fixture.post("/sim/tokens", json!({})).await;
    let system = system["access_token"].as_str().expect("a token");
    let url = fixture.url(&format!("/v26.0/{}/system_user_access_tokens", business.id));
    let fetch = async |proof: &str| {
        let form = [("appsecret_proof", proof), ("fetch_only", "true")];
        let request = fixture.client.post(&url).bearer_auth(system).form(&form);
        request.send().await.expect("an answer").json::<Value>().await.expect("JSON")
    };
    assert_eq!(fetch(&proof(system)).await["access_token"], json!(business.token));
    assert_eq!(fetch("00").await["error"]["code"], 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn media_is_uploaded_described_downloaded_and_deleted() {
    let fixture = start().await;
    let business = fixture.business().await;
    let file = reqwest::multipart::Part::bytes(b"\x89PNG\r\n--".to_vec())
        .file_name("a.png")
        .mime_str("image/png")
        .expect("a type");
    let form = reqwest::multipart::Form::new().text("messaging_product", "whatsapp").part("file", file);
    let url = fixture.url(&format!("/v26.0/{}/media", business.number_id));
    let request = fixture.client.post(url).bearer_auth(&business.token).multipart(form);
    let made: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    let id = made["id"].as_str().expect("an id");
    let (_, described) =
        fixture.get(&format!("/v26.0/{id}?phone_number_id={}", business.number_id), &business.token).await;
    assert_eq!(described["mime_type"], "image/png");
    let url = described["url"].as_str().expect("a URL");
    let download = async || fixture.client.get(url).bearer_auth(&business.token).send().await.expect("an answer");
    assert_eq!(download().await.bytes().await.expect("bytes").as_ref(), b"\x89PNG\r\n--");
    assert_eq!(fixture.client.get(url).send().await.expect("an answer").status(), 401);
    fixture.post("/sim/clock", json!({"advance_ms": 300_000})).await;
    assert_eq!(download().await.status(), 404);
    let path = format!("/v26.0/{id}");
    assert_eq!(fixture.call(Method::DELETE, &path, &business.token, Value::Null).await.0, 200);
    assert_eq!(fixture.get(&path, &business.token).await.1["error"]["error_subcode"], 33);
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_approved_after_a_moment() {
    let fixture = start().await;
    let business = fixture.business().await;
    let list = format!("/v26.0/{}/message_templates", business.waba_id);
    let template = json!({"name": "order_ready", "language": "tr", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Merhaba {{1}}, siparişiniz hazır."}]});
    let (_, made) = fixture.call(Method::POST, &list, &business.token, template.clone()).await;
    assert_eq!(made["status"], "PENDING");
    let told = fixture.receiver.next().await.value();
    assert_eq!(told["event"], "APPROVED");
    assert_eq!(told["message_template_id"].to_string(), made["id"].as_str().expect("an id"));
    let (_, found) = fixture.get(&format!("{list}?name=order_ready&status=approved"), &business.token).await;
    assert_eq!(found["data"][0]["language"], "tr");
    let (status, _) = fixture.call(Method::POST, &list, &business.token, template).await;
    assert_eq!(status, 400);
    fixture.call(Method::DELETE, &format!("{list}?name=order_ready"), &business.token, Value::Null).await;
    let (_, found) = fixture.get(&format!("{list}?name=order_ready"), &business.token).await;
    assert_eq!(found["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn coexistence_data_is_given_once() {
    let fixture = start().await;
    let made = fixture.post("/sim/businesses", json!({"coexistence": true})).await;
    let path = format!("/{}/smb_app_data", made["phone_number_id"].as_str().expect("id"));
    let token = made["access_token"].as_str().expect("token");
    let body = json!({"messaging_product": "whatsapp", "sync_type": "history"});
    let (_, first) = fixture.graph(&path, token, body.clone()).await;
    assert!(first["request_id"].is_string());
    let (_, second) = fixture.graph(&path, token, body).await;
    assert_eq!(second["error"]["code"], 2_593_107);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_are_code_2500() {
    let fixture = start().await;
    let (status, answer) = fixture.get("/v26.0/what/is/this", "").await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (400, &json!(2500)));
}
