//! A server that sends mail, and the mailbox where it arrives.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_server::config::Settings;
use switchboard_simulator::Simulator;
use switchboard_store::{ManualClock, SharedClock, SystemClock};
use switchboard_test_support::Engine;

use super::{TestApp, line::eventually, meta};

pub(crate) struct Mailbox {
    pub(crate) app: TestApp,
    simulator: Simulator,
    http: reqwest::Client,
}

impl Mailbox {
    pub(crate) async fn open(engine: Engine) -> Self {
        Self::open_with(engine, Arc::new(SystemClock), |_| {}).await
    }

    pub(crate) async fn open_at(engine: Engine, clock: &Arc<ManualClock>) -> Self {
        Self::open_with(engine, clock.clone(), |_| {}).await
    }

    /// `change` has the last word on the settings.
    pub(crate) async fn open_with(engine: Engine, clock: SharedClock, change: impl FnOnce(&mut Settings)) -> Self {
        let simulator = meta::simulator().await;
        let change = |settings: &mut Settings| {
            settings.smtp_url = Some(simulator.smtp_url().into());
            change(settings);
        };
        let app = TestApp::start_with(engine, clock, change).await;
        Self { app, simulator, http: reqwest::Client::builder().build().expect("a client") }
    }

    /// The next mails are answered with this code.
    pub(crate) async fn refuse(&self, code: u16, times: u32) {
        self.sim(Method::PUT, "/sim/mails/refusals", &json!({ "code": code, "times": times })).await;
    }

    /// All mails to this address, the oldest first.
    pub(crate) async fn mails(&self, to: &str) -> Vec<Value> {
        let answer = self.sim(Method::GET, &format!("/sim/mails?to={to}"), &Value::Null).await;
        answer["items"].as_array().expect("a list").clone()
    }

    /// The last mail to this address, once there are as many.
    pub(crate) async fn mail(&self, to: &str, count: usize) -> Value {
        eventually(async || {
            let mut mails = self.mails(to).await;
            assert!(mails.len() <= count, "too many mails: {mails:?}");
            if mails.len() == count { mails.pop() } else { None }
        })
        .await
    }

    async fn sim(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.http.request(method, format!("{}{path}", self.simulator.base_url()));
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await.expect("the simulator answers");
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap_or_default()
    }
}

/// The token in the link to this page.
pub(crate) fn token(mail: &Value, page: &str) -> String {
    token_of(mail["text"].as_str().expect("a text"), page)
}

/// The token in a text that holds a link to this page.
pub(crate) fn token_of(text: &str, page: &str) -> String {
    let start = format!("{}/{page}#token=", super::PUBLIC_URL);
    let rest = text.split_once(&start).unwrap_or_else(|| panic!("no link to {page} in {text}")).1;
    rest.split_whitespace().next().expect("a token").to_owned()
}
