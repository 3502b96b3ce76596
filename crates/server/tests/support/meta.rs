//! Meta as the simulator plays it, and going through its dialog.

use std::{collections::HashMap, sync::Arc};

use reqwest::{Method, redirect::Policy};
use serde_json::Value;
use switchboard_server::config::Settings;
use switchboard_simulator::{Simulator, SimulatorConfig};
use switchboard_store::SystemClock;
use switchboard_test_support::Engine;
use url::Url;

use super::{Answer, Owner, TestApp};

const APP_ID: &str = "1234567890";
const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(crate) async fn simulator() -> Simulator {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = SimulatorConfig {
        bind: "127.0.0.1:0".parse().expect("an address"),
        app_id: APP_ID.to_owned(),
        app_secret: APP_SECRET.to_owned(),
        webhook_url: None,
        verify_token: "a-token-of-the-tests".to_owned(),
        graph_version: "v26.0".to_owned(),
        config_id: None,
    };
    Simulator::start(config).await.expect("the simulator starts")
}

/// A server that takes the simulator for Meta.
pub(crate) async fn app(engine: Engine, simulator: &Simulator) -> TestApp {
    let base_url = simulator.base_url();
    let change = |settings: &mut Settings| {
        settings.graph_api_base_url.clone_from(&base_url);
        settings.meta_dialog_base_url = base_url;
    };
    TestApp::start_with(engine, Arc::new(SystemClock), change).await
}

/// Begins a connection and lets the dialog end in `how`: `continue`, `cancel` or `error`. Where it sends the browser.
pub(crate) async fn dialog(app: &TestApp, owner: &Owner, how: &str) -> Url {
    let started = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
    assert_eq!(started.status, 200, "{}", started.raw);
    let mut url = Url::parse(&started.text("/oauth_url")).expect("the dialog has a URL");
    url.query_pairs_mut().append_pair("sim_auto", how);
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
    let answer = browser.get(url).send().await.expect("the dialog answers");
    let location = answer.headers()["location"].to_str().expect("a location is ASCII");
    Url::parse(location).expect("a location is a URL")
}

/// The browser follows the dialog's redirect, with its cookie.
pub(crate) async fn returns(app: &TestApp, owner: &Owner, to: &Url) -> Answer {
    let path = format!("{}?{}", to.path(), to.query().unwrap_or_default());
    app.get(&path).cookie(&owner.cookie).header("sec-fetch-site", "cross-site").send().await
}

/// From the click to a number in service.
pub(crate) async fn connect(app: &TestApp, owner: &Owner) {
    let to = dialog(app, owner, "continue").await;
    let answer = returns(app, owner, &to).await;
    let status = app.get("/api/onboarding/whatsapp/status").bearer(&owner.access_token).send().await;
    assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=done"), "{}", status.raw);
}

pub(crate) fn query(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// One of the simulator's controls that are posted to.
pub(crate) async fn play(simulator: &Simulator, path: &str, body: &Value) -> Value {
    control(simulator, Method::POST, path, body).await
}

/// One of those that are put.
pub(crate) async fn set(simulator: &Simulator, path: &str, body: &Value) {
    control(simulator, Method::PUT, path, body).await;
}

async fn control(simulator: &Simulator, method: Method, path: &str, body: &Value) -> Value {
    let url = format!("{}{path}", simulator.base_url());
    let client = reqwest::Client::builder().build().expect("a client");
    let answer = client.request(method, url).json(body).send().await.expect("the simulator answers");
    let status = answer.status();
    let text = answer.text().await.expect("the simulator answers with text");
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// What the simulator saw.
pub(crate) async fn look(simulator: &Simulator, path: &str) -> Value {
    let url = format!("{}{path}", simulator.base_url());
    reqwest::get(url).await.expect("the simulator answers").json().await.expect("JSON")
}
