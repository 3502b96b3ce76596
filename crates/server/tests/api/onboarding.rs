use std::sync::Arc;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_simulator::Simulator;
use switchboard_store::SystemClock;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Owner, TestApp, meta};

async fn status(app: &TestApp, owner: &Owner) -> Answer {
    app.get("/api/onboarding/whatsapp/status").bearer(&owner.access_token).send().await
}

/// The states of the seven steps by their first letters.
fn letters(status: &Answer) -> String {
    let steps = status.body["steps"].as_array().into_iter().flatten();
    steps.filter_map(|step| step["state"].as_str()?.chars().next()).collect()
}

async fn complete(app: &TestApp, owner: &Owner, body: &Value) -> Answer {
    app.post("/api/onboarding/whatsapp/complete").bearer(&owner.access_token).json(body).send().await
}

#[rstest]
#[tokio::test]
async fn a_browser_connects_a_number_by_redirect(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let before = status(&app, &owner).await;
    assert_eq!((&before.body["connected"], &before.body["status"]), (&json!(false), &json!("not_connected")));

    let to = meta::dialog(&app, &owner, "continue").await;
    let answer = meta::returns(&app, &owner, &to).await;

    let after = status(&app, &owner).await;
    assert_eq!((answer.status, answer.raw.as_str()), (303, ""), "{}", after.raw);
    assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=done"), "{}", after.raw);
    assert_eq!(letters(&after), "ddddddd", "{}", after.raw);
    assert_eq!((&after.body["connected"], &after.body["webhook_active"]), (&json!(true), &json!(true)));
    assert!(after.body["phone_number"].is_string() && after.body["steps"][6]["at"].is_string(), "{}", after.raw);

    // The same redirect once more, as from the browser's history: nothing is lost by it.
    let again = meta::returns(&app, &owner, &to).await;
    assert_eq!(again.header("location"), Some("http://localhost:8080/?connect=failed&reason=state_replayed"));
    assert_eq!(status(&app, &owner).await.body, after.body);
}

#[rstest]
#[case("cancel")]
#[case("error")]
#[tokio::test]
async fn a_dialog_without_consent_leads_back_to_the_dashboard(
    #[case] how: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let to = meta::dialog(&app, &owner, how).await;
    let answer = meta::returns(&app, &owner, &to).await;
    assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=failed"));
    let after = status(&app, &owner).await;
    assert_eq!((letters(&after).as_str(), &after.body["status"]), ("dfppppp", &json!("failed")));
    assert!(after.body["steps"][1]["error"].is_string(), "{}", after.raw);
    let again = app.post("/api/onboarding/whatsapp/retry").bearer(&owner.access_token).json(&json!({})).send().await;
    again.assert_problem(409, "nothing_to_retry");
}

#[rstest]
#[tokio::test]
async fn only_who_began_may_bring_the_answer_of_the_dialog(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let (owner, thief) = (app.signup("Bakery").await, app.signup("Thief").await);
    let to = meta::dialog(&app, &owner, "continue").await;
    let nobody = app.get(&format!("{}?{}", to.path(), to.query().unwrap())).send().await;
    nobody.assert_problem(401, "unauthorized");
    let stolen = meta::returns(&app, &thief, &to).await;
    assert_eq!(stolen.header("location"), Some("http://localhost:8080/?connect=failed&reason=state_not_yours"));
    let audit = app.get("/api/audit").bearer(&thief.access_token).send().await;
    assert_eq!(audit.text("/items/0/action"), "onboarding.refused", "{}", audit.raw);
    let query = meta::query(&to);
    let body = json!({ "code": query["code"], "state": query["state"], "event": "FINISH" });
    complete(&app, &thief, &body).await.assert_problem(422, "state_not_yours");
    // Neither cost the owner anything.
    let answer = meta::returns(&app, &owner, &to).await;
    assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=done"));
}

#[rstest]
#[tokio::test]
async fn a_step_that_fails_is_told_to_the_script_and_kept(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let started = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    assert_eq!((started.text("/app_id").as_str(), &started.body["config_id"]), ("1234567890", &json!(null)));
    let body = json!({ "code": "made up", "state": started.text("/state"), "waba_id": "1", "event": "FINISH" });
    let answer = complete(&app, &owner, &body).await;
    answer.assert_problem(422, "connection_stopped");
    let after = status(&app, &owner).await;
    assert_eq!(letters(&after), "ddfpppp");
    assert_eq!(after.body["steps"][2]["error"], answer.body["detail"]);
    assert_eq!(after.body["steps"][2]["meta"]["code"], 100, "{}", after.raw);
    complete(&app, &owner, &body).await.assert_problem(422, "state_replayed");
    let again = app.post("/api/onboarding/whatsapp/retry").bearer(&owner.access_token).json(&json!({})).send().await;
    again.assert_problem(409, "start_again");
    let cancelled = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    let body = json!({ "state": cancelled.text("/state"), "event": "CANCEL" });
    assert_eq!(complete(&app, &owner, &body).await.status, 200);
}

#[rstest]
#[tokio::test]
async fn it_takes_a_person_who_may_manage_numbers(#[values(Sqlite, Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    for role in ["admin", "operator", "viewer"] {
        let key = app.api_key(&owner, role).await;
        let start = app.post("/api/onboarding/whatsapp/start").api_key(&key).send().await;
        start.assert_problem(403, "forbidden");
        let seen = app.get("/api/onboarding/whatsapp/status").api_key(&key).send().await;
        assert_eq!(seen.status, 200, "everybody may look");
    }
}

/// What opens the dialog in a window of its own, and whose messages count.
#[tokio::test]
async fn the_window_of_the_dialog_is_told_with_the_one_origin_that_counts() {
    let with = async |sdk: Option<&str>, config_id: Option<&str>| {
        let (sdk, config_id) = (sdk.map(str::to_owned), config_id.map(str::to_owned));
        let app = TestApp::start_with(Sqlite, Arc::new(SystemClock), |settings| {
            settings.meta_sdk_base_url = sdk;
            settings.meta_config_id = config_id;
        })
        .await;
        let owner = app.signup("Bakery").await;
        status(&app, &owner).await.body["sdk"].clone()
    };
    let stand_in = Some("http://127.0.0.1:9");
    let expected = json!({ "script": "http://127.0.0.1:9/en_US/sdk.js", "message_origin": "http://127.0.0.1:9" });
    assert_eq!(with(stand_in, Some("1")).await, expected);
    assert_eq!(with(stand_in, None).await, json!(null), "the SDK takes a configuration");
    assert_eq!(with(None, Some("1")).await, json!(null), "a stand-in has no SDK unless it is given");
    let metas = TestApp::start_with(Sqlite, Arc::new(SystemClock), |settings| {
        settings.meta_dialog_base_url = "https://www.facebook.com".into();
        settings.meta_config_id = Some("1".into());
    })
    .await;
    let owner = metas.signup("Bakery").await;
    let expected = json!({ "script": "https://connect.facebook.net/en_US/sdk.js", "message_origin": null });
    assert_eq!(status(&metas, &owner).await.body["sdk"], expected);
}

/// The state of a connection that has begun.
async fn begun(app: &TestApp, owner: &Owner) -> String {
    let started = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    started.text("/state")
}

async fn report(app: &TestApp, owner: &Owner, body: &Value) -> Answer {
    app.post("/api/onboarding/whatsapp/event").bearer(&owner.access_token).json(body).send().await
}

/// A business at Meta, as the simulator makes it.
async fn business(simulator: &Simulator, wanted: &Value) -> Value {
    meta::play(simulator, "/sim/businesses", wanted).await
}

/// A code of the JavaScript SDK.
async fn code(simulator: &Simulator, waba_id: &Value) -> Value {
    meta::play(simulator, "/sim/codes", &json!({ "waba_id": waba_id })).await["code"].clone()
}

/// The business that the simulator starts with and that has two accounts, of a number each.
async fn two_accounts(simulator: &Simulator) -> Value {
    let state = meta::look(simulator, "/sim/state").await;
    let businesses = state["businesses"].as_array().unwrap().clone();
    let both = businesses.into_iter().find(|business| business["wabas"].as_array().unwrap().len() == 2);
    both.unwrap()["wabas"].clone()
}

/// Adds a number to an account; Meta's id of it.
async fn another_number(simulator: &Simulator, business: &Value, phone: &str) -> Value {
    let (waba, token) = (business["waba_id"].as_str().unwrap(), business["access_token"].as_str().unwrap());
    let url = format!("{}/v26.0/{waba}/phone_numbers", simulator.base_url());
    let wanted = json!({ "cc": "90", "phone_number": phone, "verified_name": "Second" });
    let client = reqwest::Client::builder().build().unwrap();
    let added: Value = client.post(url).bearer_auth(token).json(&wanted).send().await.unwrap().json().await.unwrap();
    added["id"].clone()
}

#[rstest]
#[tokio::test]
async fn a_finish_guides_the_steps_whether_it_comes_before_the_code_or_with_it(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(true, false)] before: bool,
) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    // Of two accounts of one business the older is meant: without a hint the other would be taken.
    let wabas = two_accounts(&simulator).await;
    let (meant, phone_number_id) = (&wabas[0]["id"], &wabas[0]["numbers"][0]["id"]);
    code(&simulator, meant).await;
    let (state, code) = (begun(&app, &owner).await, code(&simulator, &wabas[1]["id"]).await);
    let data = json!({ "waba_id": meant, "phone_number_id": phone_number_id });
    let body = if before {
        let heard = json!({ "state": state, "event": "FINISH", "data": data });
        assert_eq!(report(&app, &owner, &heard).await.status, 204);
        json!({ "state": state, "code": code })
    } else {
        json!({ "state": state, "code": code, "event": "FINISH", "data": data })
    };
    let done = complete(&app, &owner, &body).await;
    assert_eq!((done.status, letters(&done).as_str()), (200, "ddddddd"), "{}", done.raw);
    assert_eq!(done.body["dialog"]["event"], "FINISH");
    let numbers = app.get("/api/numbers").bearer(&owner.access_token).send().await;
    assert_eq!(numbers.body["items"][0]["phone_number_id"], *phone_number_id);
    // After the code, for the record.
    let late = json!({ "state": state, "event": "FINISH_OBO_MIGRATION", "data": {} });
    assert_eq!(report(&app, &owner, &late).await.status, 204);
    assert_eq!(status(&app, &owner).await.body["dialog"]["event"], "FINISH_OBO_MIGRATION");
}

#[rstest]
#[tokio::test]
async fn a_dialog_that_was_left_says_where_and_a_code_still_counts(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let state = begun(&app, &owner).await;
    let heard = json!({ "state": state, "event": "CANCEL", "data": { "current_step": "PHONE_NUMBER_VERIFICATION" } });
    assert_eq!(report(&app, &owner, &heard).await.status, 204);
    let left = status(&app, &owner).await;
    assert_eq!(
        (letters(&left).as_str(), left.text("/dialog/current_step").as_str()),
        ("dfppppp", "PHONE_NUMBER_VERIFICATION")
    );
    assert!(left.text("/steps/1/error").contains("phone number verification"), "{}", left.raw);

    let problem = json!({ "error_message": "This number is in use", "error_code": 524_126, "session_id": "f34b" });
    report(&app, &owner, &json!({ "state": state, "event": "CANCEL", "data": problem })).await;
    let failed = status(&app, &owner).await;
    assert!(failed.text("/steps/1/error").contains("“This number is in use” (error 524126)"), "{}", failed.raw);
    assert_eq!(
        (failed.text("/dialog/session_id").as_str(), &failed.body["dialog"]["current_step"]),
        ("f34b", &json!(null))
    );

    let made = business(&simulator, &json!({})).await;
    let body = json!({ "state": state, "code": code(&simulator, &made["waba_id"]).await });
    let done = complete(&app, &owner, &body).await;
    assert_eq!((done.status, letters(&done).as_str()), (200, "ddddddd"), "{}", done.raw);
    assert_eq!(done.body["steps"][1]["error"], json!(null));
}

#[rstest]
#[tokio::test]
async fn an_account_without_a_chosen_number_waits_for_the_choice(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let made = business(&simulator, &json!({})).await;
    let (state, code) = (begun(&app, &owner).await, code(&simulator, &made["waba_id"]).await);
    let data = json!({ "waba_id": made["waba_id"] });
    let body = json!({ "state": state, "code": code, "event": "FINISH_ONLY_WABA", "data": data });
    complete(&app, &owner, &body).await.assert_problem(422, "connection_stopped");
    assert_eq!(letters(&status(&app, &owner).await), "ddddfpp");
    let choice = json!({ "phone_number_id": made["phone_number_id"] });
    let again = app.post("/api/onboarding/whatsapp/retry").bearer(&owner.access_token).json(&choice).send().await;
    assert_eq!((again.status, letters(&again).as_str()), (200, "ddddddd"), "{}", again.raw);
}

#[rstest]
#[tokio::test]
async fn the_phone_apps_number_is_found_although_the_dialog_names_none(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let made = business(&simulator, &json!({ "coexistence": true, "registered": true })).await;
    let (state, code) = (begun(&app, &owner).await, code(&simulator, &made["waba_id"]).await);
    let event = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING";
    let body = json!({ "state": state, "code": code, "event": event, "data": { "waba_id": made["waba_id"] } });
    assert_eq!(complete(&app, &owner, &body).await.status, 200);
    let numbers = app.get("/api/numbers").bearer(&owner.access_token).send().await;
    let number = &numbers.body["items"][0];
    assert_eq!((&number["phone_number_id"], &number["coexistence"]), (&made["phone_number_id"], &json!(true)));
    let calls = meta::look(&simulator, "/sim/calls?path=register").await;
    assert_eq!(calls["items"], json!([]), "the phone app has registered it");
}

#[rstest]
#[tokio::test]
async fn what_the_browser_heard_is_taken_from_who_began_only(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let (owner, thief) = (app.signup("Bakery").await, app.signup("Thief").await);
    let state = begun(&app, &owner).await;
    let heard = json!({ "state": state, "event": "CANCEL" });
    report(&app, &thief, &heard).await.assert_problem(422, "state_not_yours");
    report(&app, &thief, &json!({ "state": "made up", "event": "CANCEL" })).await.assert_problem(422, "state_invalid");
    assert_eq!(letters(&status(&app, &owner).await), "dpppppp", "nothing has happened to the owner's");
    let nothing = report(&app, &owner, &json!({ "state": state, "event": "" })).await;
    nothing.assert_problem(422, "invalid");
}

#[rstest]
#[tokio::test]
async fn another_tenants_account_is_refused_and_the_attempt_is_on_record(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let (owner, other) = (app.signup("Bakery").await, app.signup("Other").await);
    let made = business(&simulator, &json!({})).await;
    let body = async |state: String| json!({ "state": state, "code": code(&simulator, &made["waba_id"]).await });
    let first = body(begun(&app, &owner).await).await;
    assert_eq!(complete(&app, &owner, &first).await.status, 200);
    let second = body(begun(&app, &other).await).await;
    let refused = complete(&app, &other, &second).await;
    refused.assert_problem(422, "connection_stopped");
    assert!(refused.text("/detail").contains("connected to another Switchboard customer"), "{}", refused.raw);
    let audit = app.get("/api/audit").bearer(&other.access_token).send().await;
    assert_eq!(
        (audit.text("/items/0/action").as_str(), &audit.body["items"][0]["target"]),
        ("waba.refused", &made["waba_id"])
    );
    assert_eq!(status(&app, &owner).await.body["connected"], true);
}

#[rstest]
#[tokio::test]
async fn one_click_renews_the_same_number_and_no_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    let made = business(&simulator, &json!({ "name": "Bakery" })).await;
    let state = begun(&app, &owner).await;
    let body = json!({ "state": state, "code": code(&simulator, &made["waba_id"]).await });
    assert_eq!(complete(&app, &owner, &body).await.status, 200);
    another_number(&simulator, &made, "2165550101").await;
    let numbers = app.get("/api/numbers").bearer(&owner.access_token).send().await;
    let path = format!("/api/numbers/{}/reauthorise", numbers.text("/items/0/id"));
    let begin = async || app.post(&path).bearer(&owner.access_token).send().await.text("/state");

    // With the permission for another account nothing is connected.
    let elsewhere = business(&simulator, &json!({ "name": "Elsewhere" })).await;
    let body = json!({ "state": begin().await, "code": code(&simulator, &elsewhere["waba_id"]).await });
    let refused = complete(&app, &owner, &body).await;
    refused.assert_problem(422, "connection_stopped");
    assert!(refused.text("/detail").contains("another WhatsApp account"), "{}", refused.raw);

    meta::play(&simulator, "/sim/tokens/revoke", &json!({ "waba_id": made["waba_id"] })).await;
    // Whatever number the browser names.
    let data = json!({ "waba_id": elsewhere["waba_id"], "phone_number_id": "1" });
    let code = code(&simulator, &made["waba_id"]).await;
    let body = json!({ "state": begin().await, "code": code, "event": "FINISH", "data": data });
    let done = complete(&app, &owner, &body).await;
    assert_eq!(done.status, 200, "{}", done.raw);
    let after = app.get("/api/numbers").bearer(&owner.access_token).send().await;
    assert_eq!(after.body["items"].as_array().unwrap().len(), 1, "{}", after.raw);
    for kept in ["id", "phone_number_id", "bot_id"] {
        assert_eq!(after.body["items"][0][kept], numbers.body["items"][0][kept], "{kept}");
    }
}
