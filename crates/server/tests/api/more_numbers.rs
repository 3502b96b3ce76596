//! Several numbers and several accounts, connecting more of them later, and letting go of them.

use std::sync::Arc;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::{Settings, Switch};
use switchboard_simulator::Simulator;
use switchboard_store::SystemClock;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Owner, TestApp, line::eventually, meta};

/// A business at Meta with two accounts, both shared; connected is the second. Meta's ids of both.
async fn with_two_accounts(app: &TestApp, simulator: &Simulator, owner: &Owner) -> [Value; 2] {
    let state = meta::look(simulator, "/sim/state").await;
    let businesses = state["businesses"].as_array().unwrap();
    let both = businesses.iter().find(|business| business["wabas"].as_array().unwrap().len() == 2).unwrap();
    let [first, second] = [0, 1].map(|at| both["wabas"][at].clone());
    meta::play(simulator, "/sim/codes", &json!({ "waba_id": first["id"] })).await;
    let code = meta::play(simulator, "/sim/codes", &json!({ "waba_id": second["id"] })).await;
    let started = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    let body = json!({ "state": started.text("/state"), "code": code["code"] });
    let done = app.post("/api/onboarding/whatsapp/complete").bearer(&owner.access_token).json(&body).send().await;
    assert_eq!(done.status, 200, "{}", done.raw);
    [first, second]
}

async fn granted(app: &TestApp, owner: &Owner) -> Answer {
    app.get("/api/onboarding/whatsapp/granted").bearer(&owner.access_token).send().await
}

async fn numbers(app: &TestApp, owner: &Owner) -> Vec<Value> {
    let list = app.get("/api/numbers").bearer(&owner.access_token).send().await;
    list.body["items"].as_array().unwrap().clone()
}

async fn connect(app: &TestApp, owner: &Owner, waba_id: &Value, phone_number_id: &Value) -> Answer {
    let body = json!({ "waba_id": waba_id, "phone_number_id": phone_number_id });
    app.post("/api/numbers").bearer(&owner.access_token).json(&body).send().await
}

#[rstest]
#[tokio::test]
async fn what_was_shared_is_listed_and_connected_later(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Dental").await;
    assert_eq!(granted(&app, &owner).await.body["items"], json!([]));
    let [first, second] = with_two_accounts(&app, &simulator, &owner).await;

    let list = granted(&app, &owner).await;
    let of = |at: usize, pointer: &str| list.body["items"][at].pointer(pointer).cloned().unwrap();
    assert_eq!([of(0, "/waba_id"), of(1, "/waba_id")], [second["id"].clone(), first["id"].clone()], "{}", list.raw);
    assert_eq!((of(0, "/numbers/0/status"), of(1, "/numbers/0/status")), (json!("connected"), json!(null)));

    let more = connect(&app, &owner, &first["id"], &first["numbers"][0]["id"]).await;
    assert_eq!(more.status, 200, "{}", more.raw);
    let ids: Vec<_> = numbers(&app, &owner).await.iter().map(|number| number["phone_number_id"].clone()).collect();
    assert_eq!(ids, [second["numbers"][0]["id"].clone(), first["numbers"][0]["id"].clone()]);
    assert_eq!(granted(&app, &owner).await.body["items"][1]["numbers"][0]["status"], "connected");
}

#[rstest]
#[tokio::test]
async fn only_what_was_shared_is_connected(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Dental").await;
    let [first, _] = with_two_accounts(&app, &simulator, &owner).await;
    let other = meta::play(&simulator, "/sim/businesses", &json!({})).await;
    let refused = connect(&app, &owner, &other["waba_id"], &other["phone_number_id"]).await;
    refused.assert_problem(422, "not_granted");
    // An account that was shared does not open somebody else's number.
    let mixed = connect(&app, &owner, &first["id"], &other["phone_number_id"]).await;
    mixed.assert_problem(422, "connection_stopped");
    assert_eq!(numbers(&app, &owner).await.len(), 1);
    let stranger = app.signup("Stranger").await;
    let theirs = connect(&app, &stranger, &first["id"], &first["numbers"][0]["id"]).await;
    theirs.assert_problem(422, "not_granted");
}

#[rstest]
#[tokio::test]
async fn a_disconnected_number_is_let_go_and_can_come_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Dental").await;
    let [first, second] = with_two_accounts(&app, &simulator, &owner).await;
    connect(&app, &owner, &first["id"], &first["numbers"][0]["id"]).await;
    let before = numbers(&app, &owner).await;
    let path = format!("/api/numbers/{}", before[1]["id"].as_str().unwrap());

    assert_eq!(app.delete(&path).bearer(&owner.access_token).send().await.status, 204);
    assert_eq!(app.delete(&path).bearer(&owner.access_token).send().await.status, 204, "once more changes nothing");

    let after = numbers(&app, &owner).await;
    assert_eq!((&after[0]["status"], &after[1]["status"]), (&json!("connected"), &json!("disconnected")));
    let audit = app.get("/api/audit").bearer(&owner.access_token).send().await;
    assert_eq!(audit.text("/items/0/action"), "number.disconnected");
    let subscribed = async |waba: &Value| {
        let state = meta::look(&simulator, "/sim/state").await;
        let businesses = state["businesses"].as_array().unwrap().clone();
        let mut wabas = businesses.iter().flat_map(|business| business["wabas"].as_array().unwrap());
        wabas.find(|it| it["id"] == waba["id"]).unwrap()["subscribed"].clone()
    };
    assert_eq!((subscribed(&first).await, subscribed(&second).await), (json!(false), json!(true)));

    let back = connect(&app, &owner, &first["id"], &first["numbers"][0]["id"]).await;
    assert_eq!(back.status, 200, "the PIN is still known: {}", back.raw);
    assert_eq!(numbers(&app, &owner).await[1]["id"], before[1]["id"]);
    assert_eq!(subscribed(&first).await, true);
}

#[rstest]
#[tokio::test]
async fn an_account_may_be_told_to_post_here_whatever_the_dashboard_says(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    // Meta shakes hands with the address before it takes it, so it must be a real one.
    let there = TestApp::start(Sqlite).await;
    let hook = there.url("/webhooks/whatsapp");
    let (base_url, address) = (simulator.base_url(), hook.clone());
    let change = move |settings: &mut Settings| {
        settings.graph_api_base_url.clone_from(&base_url);
        settings.meta_dialog_base_url = base_url;
        settings.webhook_public_url = Some(address);
        settings.webhook_override = Switch::On;
    };
    let app = TestApp::start_with(engine, Arc::new(SystemClock), change).await;
    let owner = app.signup("Bakery").await;
    meta::connect(&app, &owner).await;
    let state = meta::look(&simulator, "/sim/state").await;
    assert_eq!(state["businesses"][0]["wabas"][0]["override_callback_uri"], hook);
}

/// A server that can recover what was lost, and a connection whose code is lost.
async fn lost(engine: Engine, simulator: &Simulator) -> (TestApp, Owner, Value) {
    let system = meta::play(simulator, "/sim/tokens", &json!({})).await["access_token"].as_str().unwrap().to_owned();
    let base_url = simulator.base_url();
    let change = move |settings: &mut Settings| {
        settings.graph_api_base_url.clone_from(&base_url);
        settings.meta_dialog_base_url = base_url;
        settings.meta_system_token = Some(system.into());
    };
    let app = TestApp::start_with(engine, Arc::new(SystemClock), change).await;
    let hook = json!({ "url": app.url("/webhooks/whatsapp"), "verify_token": "a-token-of-the-tests" });
    meta::play(simulator, "/sim/webhook", &hook).await;
    let owner = app.signup("Bakery").await;
    let made = meta::play(simulator, "/sim/businesses", &json!({})).await;
    named(&app, &owner, &made).await;
    (app, owner, made)
}

/// Begins a connection; the browser hears that it is finished, and no code comes.
async fn named(app: &TestApp, owner: &Owner, made: &Value) -> String {
    let started = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    let data = json!({ "waba_id": made["waba_id"], "phone_number_id": made["phone_number_id"],
        "business_id": made["business_id"] });
    let heard = json!({ "state": started.text("/state"), "event": "FINISH", "data": data });
    let kept = app.post("/api/onboarding/whatsapp/event").bearer(&owner.access_token).json(&heard).send().await;
    assert_eq!(kept.status, 204, "{}", kept.raw);
    started.text("/state")
}

/// Meta says that the account was shared.
async fn shared(simulator: &Simulator, made: &Value) {
    let info = json!({ "waba_id": made["waba_id"], "owner_business_id": made["business_id"] });
    let told = json!({ "entry_id": "2949482758682047", "value": { "event": "PARTNER_ADDED", "waba_info": info } });
    assert_eq!(meta::play(simulator, "/sim/account_update", &told).await["http_status"], 200);
}

async fn recover(app: &TestApp, owner: &Owner) -> Answer {
    app.post("/api/onboarding/whatsapp/recover").bearer(&owner.access_token).send().await
}

#[rstest]
#[tokio::test]
async fn a_lost_code_is_recovered_once_meta_has_confirmed_the_share(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let (app, owner, made) = lost(engine, &simulator).await;
    let state = named(&app, &owner, &made).await;
    recover(&app, &owner).await.assert_problem(409, "not_recoverable");
    // The browser hears no code: the dialog ended well, and something was lost.
    let of = async || app.get("/api/onboarding/whatsapp/status").bearer(&owner.access_token).send().await;
    assert_eq!(of().await.body["can_recover"], false, "a code may still come");
    let lost = app.post("/api/onboarding/whatsapp/complete").bearer(&owner.access_token);
    let without_code = json!({ "state": state, "event": "FINISH", "data": { "waba_id": made["waba_id"], "business_id": made["business_id"] } });
    assert_eq!(lost.json(&without_code).send().await.status, 200);
    let told = of().await;
    assert_eq!(told.body["can_recover"], true, "{}", told.raw);
    assert!(told.text("/steps/1/error").contains("code never arrived"), "{}", told.raw);
    shared(&simulator, &made).await;
    let recovered = eventually(async || Some(recover(&app, &owner).await).filter(|answer| answer.status == 200)).await;
    assert_eq!(recovered.body["connected"], true, "{}", recovered.raw);
    assert_eq!(numbers(&app, &owner).await[0]["phone_number_id"], made["phone_number_id"]);
    recover(&app, &owner).await.assert_problem(409, "not_recoverable");
}

#[rstest]
#[tokio::test]
async fn ids_from_a_browser_recover_nobody_elses_account(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let (app, owner, made) = lost(engine, &simulator).await;
    let thief = app.signup("Thief").await;
    named(&app, &thief, &made).await;
    shared(&simulator, &made).await;
    for who in [&owner, &thief] {
        recover(&app, who).await.assert_problem(409, "not_recoverable");
    }
    assert_eq!(numbers(&app, &thief).await, <[Value; 0]>::default());
}

#[rstest]
#[tokio::test]
async fn nothing_is_recovered_without_a_system_token(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    recover(&app, &owner).await.assert_problem(409, "no_system_token");
}
