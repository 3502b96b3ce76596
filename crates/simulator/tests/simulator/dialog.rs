use std::collections::HashMap;

use reqwest::Url;
use serde_json::{Value, json};

use crate::support::{APP_ID, APP_SECRET, Fixture, REDIRECT, start};

fn dialog_url(fixture: &Fixture, extra: &[(&str, &str)]) -> Url {
    let mut url = Url::parse(&fixture.url("/v26.0/dialog/oauth")).expect("a URL");
    url.query_pairs_mut()
        .extend_pairs([
            ("client_id", APP_ID),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("state", "s t&te"),
            ("config_id", "1234"),
        ])
        .extend_pairs(extra);
    url
}

/// Where the dialog sends the browser, and what it tells there.
async fn redirected(fixture: &Fixture, url: Url) -> (Url, HashMap<String, String>) {
    let answer = fixture.client.get(url).send().await.expect("an answer");
    assert_eq!(answer.status(), 302);
    parse(answer.headers()["location"].to_str().expect("a location"))
}

fn parse(location: &str) -> (Url, HashMap<String, String>) {
    let url = Url::parse(location).expect("a URL");
    let query = url.query_pairs().into_owned().collect();
    (url, query)
}

async fn exchange(fixture: &Fixture, code: &str, redirect_uri: Option<&str>) -> (u16, Value) {
    let mut query = vec![("client_id", APP_ID), ("client_secret", APP_SECRET), ("code", code)];
    query.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
    let url = fixture.url("/v26.0/oauth/access_token");
    let answer = fixture.client.get(url).query(&query).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn continuing_brings_a_code_that_becomes_a_token_once() {
    let fixture = start().await;
    let (url, query) = redirected(&fixture, dialog_url(&fixture, &[("sim_auto", "continue")])).await;
    assert_eq!(url.host_str(), Some("app.example"));
    assert_eq!(url.fragment(), Some("_=_"));
    assert_eq!(query["state"], "s t&te");
    assert_eq!(query["a"], "b");

    let (status, answer) = exchange(&fixture, &query["code"], Some(REDIRECT)).await;
    assert_eq!(status, 200);
    assert_eq!(answer["token_type"], "bearer");
    assert!(answer.get("expires_in").is_none());

    let (status, answer) = exchange(&fixture, &query["code"], Some(REDIRECT)).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(100)));
    assert_eq!(answer["error"]["error_subcode"], 36009);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lives_thirty_seconds() {
    let fixture = start().await;
    let auto = [("sim_auto", "continue")];
    let (_, first) = redirected(&fixture, dialog_url(&fixture, &auto)).await;
    fixture.post("/sim/clock", json!({"advance_ms": 25_000})).await;
    assert_eq!(exchange(&fixture, &first["code"], Some(REDIRECT)).await.0, 200);
    let (_, second) = redirected(&fixture, dialog_url(&fixture, &auto)).await;
    fixture.post("/sim/clock", json!({"advance_ms": 30_000})).await;
    let (status, answer) = exchange(&fixture, &second["code"], Some(REDIRECT)).await;
    assert_eq!(status, 400);
    assert_eq!(answer["error"]["error_subcode"], 36007);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_uri_must_be_the_dialogs_to_the_byte() {
    let fixture = start().await;
    let (_, query) = redirected(&fixture, dialog_url(&fixture, &[("sim_auto", "continue")])).await;
    for other in [None, Some("https://app.example/callback?a=b&"), Some("https://app.example/callback")] {
        let (status, answer) = exchange(&fixture, &query["code"], other).await;
        assert_eq!(status, 400, "{other:?}");
        assert_eq!(answer["error"]["error_subcode"], 36008);
    }
    assert_eq!(exchange(&fixture, &query["code"], Some(REDIRECT)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_the_javascript_sdk_come_without_a_redirect() {
    let fixture = start().await;
    let business = fixture.business().await;
    let code = fixture.post("/sim/codes", json!({"waba_id": business.waba_id})).await;
    let code = code["code"].as_str().expect("a code");
    assert_eq!(exchange(&fixture, code, Some(REDIRECT)).await.0, 400);
    assert_eq!(exchange(&fixture, code, None).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_and_failing_are_told_apart() {
    let fixture = start().await;
    let (_, query) = redirected(&fixture, dialog_url(&fixture, &[("sim_auto", "cancel")])).await;
    assert_eq!(query["error"], "access_denied");
    assert_eq!(query["error_reason"], "user_denied");
    assert_eq!(query["state"], "s t&te");
    let (_, query) = redirected(&fixture, dialog_url(&fixture, &[("sim_auto", "error")])).await;
    assert_eq!(query["error"], "server_error");
    assert!(!query.contains_key("code"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dialog_refuses_what_facebook_refuses() {
    let fixture = start().await;
    for (name, value) in [
        ("client_id", "1"),
        ("redirect_uri", ""),
        ("redirect_uri", "javascript:alert(1)"),
        ("response_type", "token"),
        ("config_id", "other"),
    ] {
        let url = dialog_url(&fixture, &[]);
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(key, old)| (key.to_string(), if key == name { value.to_owned() } else { old.to_string() }))
            .collect();
        let mut url = url.clone();
        url.query_pairs_mut().clear().extend_pairs(pairs);
        let answer = fixture.client.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{name}={value}");
        assert!(answer.text().await.expect("a page").contains("Sorry, something went wrong"));
    }
}

/// Presses a button of the page and answers where that leads.
async fn press(fixture: &Fixture, page: &str, form: &[(&str, &str)]) -> (u16, String) {
    let answer = fixture.client.post(fixture.url(page)).form(form).send().await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("a location").to_owned();
    (answer.status().as_u16(), location)
}

async fn page(fixture: &Fixture, path: &str) -> String {
    fixture.client.get(fixture.url(path)).send().await.expect("an answer").text().await.expect("a page")
}

#[tokio::test(flavor = "multi_thread")]
async fn clicking_through_makes_what_was_filled_in() {
    let fixture = start().await;
    let answer = fixture.client.get(dialog_url(&fixture, &[])).send().await.expect("an answer");
    assert_eq!(answer.status(), 303);
    let at = answer.headers()["location"].to_str().expect("a location").to_owned();
    assert!(page(&fixture, &at).await.contains("Choose a business portfolio"));

    press(&fixture, &at, &[("choice", "new"), ("name", "")]).await;
    assert!(page(&fixture, &at).await.contains("Enter a name"));
    press(&fixture, &at, &[("choice", "new"), ("name", "Ali <b>")]).await;
    press(&fixture, &at, &[("choice", "new"), ("name", "Ali WABA")]).await;
    press(&fixture, &at, &[("choice", "new"), ("phone", "+90 216 555 0 1 99"), ("name", "Ali")]).await;
    assert!(page(&fixture, &at).await.contains("Verify your number"));
    press(&fixture, &at, &[("code", "12345")]).await;
    assert!(page(&fixture, &at).await.contains("six digits"));
    press(&fixture, &at, &[("code", "123456")]).await;
    let consent = page(&fixture, &at).await;
    assert!(consent.contains("whatsapp_business_messaging"));
    assert!(consent.contains("Ali &lt;b&gt;"));

    let (status, location) = press(&fixture, &at, &[("action", "next")]).await;
    assert_eq!(status, 302);
    let (_, query) = parse(&location);
    let (_, token) = exchange(&fixture, &query["code"], Some(REDIRECT)).await;
    let token = token["access_token"].as_str().expect("a token");
    let url = format!("/v26.0/debug_token?input_token={token}");
    let (_, debug) = fixture.get(&url, &format!("{APP_ID}|{APP_SECRET}")).await;
    let waba = debug["data"]["granular_scopes"][0]["target_ids"][0].as_str().expect("a WABA");
    let (_, numbers) = fixture.get(&format!("/{waba}/phone_numbers"), token).await;
    assert_eq!(numbers["data"][0]["display_phone_number"], "+902165550199");
    assert!(page(&fixture, &at).await.contains("This sign-up has ended"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_configuration_the_scope_decides() {
    let fixture = start().await;
    let mut url = Url::parse(&fixture.url("/dialog/oauth")).expect("a URL");
    url.query_pairs_mut().extend_pairs([
        ("client_id", APP_ID),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "whatsapp_business_management"),
        ("sim_auto", "continue"),
    ]);
    let (_, query) = redirected(&fixture, url).await;
    let (_, token) = exchange(&fixture, &query["code"], Some(REDIRECT)).await;
    let token = token["access_token"].as_str().expect("a token");
    let url = format!("/debug_token?input_token={token}");
    let (_, debug) = fixture.get(&url, &format!("{APP_ID}|{APP_SECRET}")).await;
    assert_eq!(debug["data"]["scopes"], json!(["whatsapp_business_management", "public_profile"]));
}

/// Clicks through with an existing business and account, then does as `last` says on the last page; what comes back.
async fn clicked(fixture: &Fixture, number: &[(&str, &str)], last: &[(&str, &str)]) -> HashMap<String, String> {
    let answer = fixture.client.get(dialog_url(fixture, &[])).send().await.expect("an answer");
    let at = answer.headers()["location"].to_str().expect("a location").to_owned();
    let state = fixture.client.get(fixture.url("/sim/state")).send().await.expect("an answer");
    let state: Value = state.json().await.expect("JSON");
    // The business that has two accounts.
    let business = &state["businesses"][1];
    press(fixture, &at, &[("choice", business["id"].as_str().expect("an id"))]).await;
    press(fixture, &at, &[("choice", business["wabas"][0]["id"].as_str().expect("an id"))]).await;
    press(fixture, &at, number).await;
    press(fixture, &at, &[("code", "123456")]).await;
    let (status, location) = press(fixture, &at, last).await;
    assert_eq!(status, 302);
    parse(&location).1
}

async fn debugged(fixture: &Fixture, code: &str) -> (Value, String) {
    let (_, token) = exchange(fixture, code, Some(REDIRECT)).await;
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let url = format!("/debug_token?input_token={token}");
    (fixture.get(&url, &format!("{APP_ID}|{APP_SECRET}")).await.1["data"].clone(), token)
}

const NEW_NUMBER: [(&str, &str); 3] = [("choice", "new"), ("phone", "+90 216 555 02 00"), ("name", "Second")];

#[tokio::test(flavor = "multi_thread")]
async fn somebody_may_share_all_accounts_or_hold_back_a_permission() {
    let fixture = start().await;
    let query = clicked(&fixture, &NEW_NUMBER, &[("action", "next"), ("shares_all", "on")]).await;
    let (debug, _) = debugged(&fixture, &query["code"]).await;
    assert_eq!(debug["granular_scopes"][0]["target_ids"].as_array().expect("accounts").len(), 2);
    let held_back = [("action", "next"), ("without_whatsapp_business_messaging", "on")];
    let query = clicked(&fixture, &NEW_NUMBER, &held_back).await;
    let (debug, _) = debugged(&fixture, &query["code"]).await;
    assert_eq!(debug["scopes"], json!(["whatsapp_business_management", "public_profile"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_may_come_too_late() {
    let fixture = start().await;
    let query = clicked(&fixture, &NEW_NUMBER, &[("action", "next"), ("stale_code", "on")]).await;
    let (status, answer) = exchange(&fixture, &query["code"], Some(REDIRECT)).await;
    assert_eq!((status, &answer["error"]["error_subcode"]), (400, &json!(36007)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_may_stay_in_the_phone_app() {
    let fixture = start().await;
    let mut number = NEW_NUMBER.to_vec();
    number.push(("on_phone", "on"));
    let query = clicked(&fixture, &number, &[("action", "next")]).await;
    let (debug, token) = debugged(&fixture, &query["code"]).await;
    let waba = debug["granular_scopes"][0]["target_ids"][0].as_str().expect("an account");
    let fields = "display_phone_number,is_on_biz_app,status";
    let (_, numbers) = fixture.get(&format!("/{waba}/phone_numbers?fields={fields}"), &token).await;
    let added = numbers["data"].as_array().expect("numbers").last().expect("a number").clone();
    assert_eq!((&added["is_on_biz_app"], &added["status"]), (&json!(true), &json!("CONNECTED")));
}

/// What the window of the JavaScript SDK posts at its end, in order.
async fn posted(fixture: &Fixture, url: Url) -> Vec<String> {
    let answer = fixture.client.get(url).send().await.expect("an answer");
    posts_of(&answer.text().await.expect("a page"))
}

fn posts_of(page: &str) -> Vec<String> {
    assert!(page.contains(r#"data-opener="https://app.example""#), "{page}");
    let posts = page.split(r#"data-posts=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("posts");
    serde_json::from_str(&posts.replace("&quot;", "\"").replace("&amp;", "&")).expect("JSON")
}

fn popup_url(fixture: &Fixture, extra: &[(&str, &str)]) -> Url {
    let popup = [("display", "popup"), ("origin", "https://app.example"), ("cb", "q1")];
    let mut url = dialog_url(fixture, &[]);
    url.query_pairs_mut().clear().extend_pairs([("client_id", APP_ID), ("response_type", "code")]);
    url.query_pairs_mut().append_pair("config_id", "1234").extend_pairs(popup).extend_pairs(extra);
    url
}

fn message(post: &str) -> Value {
    serde_json::from_str(post).expect("the window's own message is JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_posts_its_message_and_a_code_without_a_redirect() {
    let fixture = start().await;
    let posts = posted(&fixture, popup_url(&fixture, &[("sim_auto", "continue")])).await;
    let told = message(&posts[0]);
    assert_eq!((&told["type"], &told["event"]), (&json!("WA_EMBEDDED_SIGNUP"), &json!("FINISH")));
    assert!(["waba_id", "phone_number_id", "business_id"].iter().all(|id| told["data"][id].is_string()), "{told}");
    let code = posts[1].strip_prefix("cb=q1&code=").expect("the SDK's answer");
    assert_eq!(exchange(&fixture, code, Some(REDIRECT)).await.0, 400);
    assert_eq!(exchange(&fixture, code, None).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_left_says_where() {
    let fixture = start().await;
    let posts = posted(&fixture, popup_url(&fixture, &[("sim_auto", "cancel")])).await;
    let told = message(&posts[0]);
    assert_eq!(
        (&told["event"], &told["data"]["current_step"]),
        (&json!("CANCEL"), &json!("BUSINESS_ACCOUNT_SELECTION"))
    );
    assert_eq!(posts[1], "cb=q1&error=access_denied");
    let posts = posted(&fixture, popup_url(&fixture, &[("sim_auto", "error")])).await;
    let told = message(&posts[0]);
    assert_eq!((&told["event"], &told["data"]["error_id"]), (&json!("CANCEL"), &json!("524126")));
    assert!(told["data"]["error_message"].is_string() && told["data"].get("current_step").is_none(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_window_tells_may_come_late_differ_or_be_lost() {
    let fixture = start().await;
    let ends = async |last: &[(&str, &str)]| {
        let answer = fixture.client.get(popup_url(&fixture, &[])).send().await.expect("an answer");
        let at = answer.headers()["location"].to_str().expect("a location").to_owned();
        let state = fixture.client.get(fixture.url("/sim/state")).send().await.expect("an answer");
        let state: Value = state.json().await.expect("JSON");
        let business = &state["businesses"][0];
        press(&fixture, &at, &[("choice", business["id"].as_str().expect("an id"))]).await;
        press(&fixture, &at, &[("choice", business["wabas"][0]["id"].as_str().expect("an id"))]).await;
        press(&fixture, &at, &[("choice", business["wabas"][0]["numbers"][0]["id"].as_str().expect("an id"))]).await;
        let answer = fixture.client.post(fixture.url(&at)).form(last).send().await.expect("an answer");
        posts_of(&answer.text().await.expect("a page"))
    };
    let posts = ends(&[("action", "next"), ("told", "after"), ("finish", "FINISH_ONLY_WABA")]).await;
    assert!(posts[0].starts_with("cb=q1&code="), "{posts:?}");
    let told = message(&posts[1]);
    assert_eq!(told["event"], "FINISH_ONLY_WABA");
    assert!(told["data"]["waba_id"].is_string() && told["data"].get("phone_number_id").is_none(), "{told}");
    let posts = ends(&[("action", "next"), ("told", "never")]).await;
    assert_eq!(posts.len(), 1);
    let posts = ends(&[("action", "next"), ("loses_code", "on")]).await;
    assert_eq!((posts.len(), &message(&posts[0])["event"]), (1, &json!("FINISH")));
    let posts = ends(&[("action", "broken")]).await;
    assert_eq!(message(&posts[0])["event"], "ERROR");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_page_may_load_the_javascript_sdk() {
    let fixture = start().await;
    let answer = fixture.client.get(fixture.url("/en_US/sdk.js")).send().await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["access-control-allow-origin"]),
        (200, &"*".parse().unwrap())
    );
    assert!(answer.text().await.expect("a script").contains("window.FB"));
}
