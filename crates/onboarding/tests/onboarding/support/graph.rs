//! Meta's answers.

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path, query_param},
};

use super::APP_ID;

pub(crate) const WABA: &str = "102289599326934";
pub(crate) const NUMBER: &str = "106540352242922";
pub(crate) const EXCHANGE: (&str, &str) = ("GET", "/v26.0/oauth/access_token");
pub(crate) const DEBUG: (&str, &str) = ("GET", "/v26.0/debug_token");
pub(crate) const NUMBERS: (&str, &str) = ("GET", "/v26.0/102289599326934/phone_numbers");
pub(crate) const REGISTER: (&str, &str) = ("POST", "/v26.0/106540352242922/register");
pub(crate) const SUBSCRIBE: (&str, &str) = ("POST", "/v26.0/102289599326934/subscribed_apps");
pub(crate) const SUBSCRIBED: (&str, &str) = ("GET", "/v26.0/102289599326934/subscribed_apps");
pub(crate) const ACCOUNT: (&str, &str) = ("GET", "/v26.0/102289599326934");

/// A mock that comes before those of [`well`].
pub(crate) async fn instead(meta: &MockServer, call: (&str, &str), answer: ResponseTemplate) {
    Mock::given(method(call.0)).and(path(call.1)).respond_with(answer).with_priority(1).mount(meta).await;
}

/// The same for one call only.
pub(crate) async fn once(meta: &MockServer, call: (&str, &str), answer: ResponseTemplate) {
    let mock = Mock::given(method(call.0)).and(path(call.1)).respond_with(answer);
    mock.with_priority(1).up_to_n_times(1).mount(meta).await;
}

/// Everything as Meta answers when all is well.
pub(crate) async fn well(meta: &MockServer) {
    let answers = [
        (EXCHANGE, json!({"access_token": "EAA-first", "token_type": "bearer"})),
        (DEBUG, debug_token(&[WABA])),
        (ACCOUNT, json!({"id": WABA, "name": "Lucky Bakery"})),
        (NUMBERS, json!({"data": [number(NUMBER)]})),
        (REGISTER, json!({"success": true})),
        (SUBSCRIBE, json!({"success": true})),
        (SUBSCRIBED, json!({"data": [{"whatsapp_business_api_data": {"id": APP_ID, "name": "Switchboard"}}]})),
    ];
    for (call, answer) in answers {
        Mock::given(method(call.0)).and(path(call.1)).respond_with(ok(&answer)).mount(meta).await;
    }
}

/// Exchanging a short-lived token for a longer one.
pub(crate) async fn prolongs(meta: &MockServer, answer: ResponseTemplate) {
    Mock::given(method(EXCHANGE.0))
        .and(path(EXCHANGE.1))
        .and(query_param("grant_type", "fb_exchange_token"))
        .respond_with(answer)
        .with_priority(1)
        .mount(meta)
        .await;
}

pub(crate) fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// A refusal that no repetition heals.
pub(crate) fn refusal(code: i64) -> ResponseTemplate {
    let error = json!({"message": format!("(#{code}) Meta's words"), "code": code, "fbtrace_id": "trace-1"});
    ResponseTemplate::new(400).set_body_json(json!({"error": error}))
}

pub(crate) fn debug_token(wabas: &[&str]) -> Value {
    json!({"data": {
        "app_id": APP_ID, "is_valid": true, "expires_at": 0, "user_id": "10222270944537964",
        "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
        "granular_scopes": [
            {"scope": "whatsapp_business_management", "target_ids": wabas},
            {"scope": "whatsapp_business_messaging", "target_ids": wabas},
        ],
    }})
}

/// As Meta lists a number that was just made.
pub(crate) fn number(id: &str) -> Value {
    json!({
        "id": id, "display_phone_number": "+1 555-078-3881", "verified_name": "Lucky Bakery", "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED", "platform_type": "NOT_APPLICABLE", "status": "PENDING",
        "throughput": {"level": "STANDARD"},
    })
}

/// Every call Meta got, `METHOD path`.
pub(crate) async fn calls(meta: &MockServer) -> Vec<String> {
    let requests = meta.received_requests().await.unwrap();
    requests.iter().map(|request| format!("{} {}", request.method, request.url.path())).collect()
}

/// The PINs that were sent.
pub(crate) async fn pins(meta: &MockServer) -> Vec<String> {
    let requests = meta.received_requests().await.unwrap();
    let registrations = requests.iter().filter(|request| request.url.path() == REGISTER.1);
    registrations.map(|request| request.body_json::<Value>().unwrap()["pin"].as_str().unwrap().to_owned()).collect()
}
