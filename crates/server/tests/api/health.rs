//! The daily check: what has gone wrong in silence is found, mended, or told.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_simulator::Simulator;
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{TestApp, line::eventually, meta};

const DAY: Duration = Duration::from_hours(24);

/// A connected business whose time the tests move, at Meta too.
struct Connected {
    app: TestApp,
    simulator: Simulator,
    clock: Arc<ManualClock>,
    /// Of the role admin: it does not end as time moves.
    key: String,
    waba_id: String,
    phone_number_id: String,
}

impl Connected {
    /// `life`: of the token, if it ends.
    async fn new(engine: Engine, life: Option<Duration>) -> Self {
        let simulator = meta::simulator().await;
        if let Some(life) = life {
            meta::set(&simulator, "/sim/tokens/life", &json!({ "expires_in": life.as_secs() })).await;
        }
        let clock = ManualClock::at(SystemClock.now());
        let base_url = simulator.base_url();
        let app = TestApp::start_with(engine, clock.clone(), move |settings| {
            settings.graph_api_base_url.clone_from(&base_url);
            settings.meta_dialog_base_url = base_url;
        });
        let app = app.await;
        let owner = app.signup("Bakery").await;
        meta::connect(&app, &owner).await;
        let key = app.api_key(&owner, "admin").await;
        let list = app.get("/api/numbers").api_key(&key).send().await;
        let (waba_id, phone_number_id) = (list.text("/items/0/waba_id"), list.text("/items/0/phone_number_id"));
        Self { app, simulator, clock, key, waba_id, phone_number_id }
    }

    async fn days_pass(&self, days: u32) {
        let by = DAY * days;
        meta::play(&self.simulator, "/sim/clock", &json!({ "advance_ms": by.as_millis() })).await;
        self.clock.advance(by);
    }

    async fn number(&self) -> Value {
        self.app.get("/api/numbers").api_key(&self.key).send().await.body["items"][0].clone()
    }

    /// The number once `is` holds of it.
    async fn number_that(&self, is: impl Fn(&Value) -> bool) -> Value {
        eventually(async || Some(self.number().await).filter(&is)).await
    }

    /// The newest entry of this action, once there is one.
    async fn audited(&self, action: &str) -> Value {
        eventually(async || {
            let log = self.app.get("/api/audit").api_key(&self.key).send().await;
            log.body["items"].as_array().unwrap().iter().find(|entry| entry["action"] == action).cloned()
        })
        .await
    }

    async fn is_subscribed(&self) -> bool {
        let state = meta::look(&self.simulator, "/sim/state").await;
        let businesses = state["businesses"].as_array().unwrap().clone();
        let mut wabas = businesses.iter().flat_map(|business| business["wabas"].as_array().unwrap());
        wabas.find(|waba| waba["id"] == self.waba_id.as_str()).unwrap()["subscribed"] == true
    }
}

#[rstest]
#[tokio::test]
async fn access_that_was_withdrawn_in_silence_is_found(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Connected::new(engine, None).await;
    meta::play(&business.simulator, "/sim/tokens/revoke", &json!({ "waba_id": business.waba_id })).await;
    business.days_pass(1).await;
    let number = business.number_that(|number| number["status"] == "reauth_required").await;
    assert!(number["problem"].as_str().unwrap().contains("Connect the number again"), "{number}");
    business.audited("waba.reauth_required").await;
}

#[rstest]
#[tokio::test]
async fn a_token_is_renewed_before_it_ends(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Connected::new(engine, Some(DAY * 20)).await;
    business.days_pass(11).await;
    let entry = business.audited("waba.token_renewed").await;
    assert!(entry["detail"]["expires_at"].is_string(), "{entry}");
    // The first token would be dead by then.
    business.days_pass(15).await;
    business.app.server.state().onboarding.check_due().await.unwrap();
    let number = business.number().await;
    assert_eq!((&number["status"], &number["problem"]), (&json!("connected"), &json!(null)));
}

#[rstest]
#[tokio::test]
async fn people_are_told_of_an_end_that_cannot_be_put_off(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Connected::new(engine, Some(DAY * 20)).await;
    let refused = json!({ "on": "oauth", "kind": { "code": 100, "http_status": 400 } });
    meta::set(&business.simulator, "/sim/faults", &refused).await;
    business.days_pass(11).await;
    let number = business.number_that(|number| number["problem"].is_string()).await;
    assert_eq!(number["status"], "connected");
    assert!(number["problem"].as_str().unwrap().starts_with("Access to WhatsApp ends on "), "{number}");
    business.days_pass(10).await;
    business.number_that(|number| number["status"] == "reauth_required").await;
}

#[rstest]
#[tokio::test]
async fn a_lost_subscription_is_made_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Connected::new(engine, None).await;
    let system = meta::play(&business.simulator, "/sim/tokens", &json!({})).await;
    let url = format!("{}/v26.0/{}/subscribed_apps", business.simulator.base_url(), business.waba_id);
    let client = reqwest::Client::builder().build().unwrap();
    client.delete(url).bearer_auth(system["access_token"].as_str().unwrap()).send().await.unwrap();
    assert!(!business.is_subscribed().await);
    business.days_pass(1).await;
    eventually(async || business.is_subscribed().await.then_some(())).await;
    assert_eq!(business.number().await["problem"], json!(null));
}

#[rstest]
#[tokio::test]
async fn what_meta_says_of_a_number_is_kept_true(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Connected::new(engine, None).await;
    let says = async |traits: Value| {
        let mut traits = traits;
        traits["phone_number_id"] = json!(business.phone_number_id);
        meta::play(&business.simulator, "/sim/numbers", &traits).await;
    };
    says(json!({ "quality": "RED", "status": "RESTRICTED", "name_status": "DECLINED" })).await;
    business.days_pass(1).await;
    let number = business.number_that(|number| number["quality"] == "RED").await;
    assert_eq!((&number["messaging_limit"], &number["status"]), (&json!("TIER_2K"), &json!("connected")));
    for told in ["restricted", "quality", "display name"] {
        assert!(number["problem"].as_str().unwrap().contains(told), "{told} in {number}");
    }
    business.audited("number.checked").await;
    says(json!({ "quality": "GREEN", "status": "CONNECTED", "name_status": "APPROVED" })).await;
    business.days_pass(1).await;
    let number = business.number_that(|number| number["quality"] == "GREEN").await;
    assert_eq!(number["problem"], json!(null));
}

#[rstest]
#[tokio::test]
async fn a_check_that_meta_does_not_answer_changes_nothing_and_is_repeated(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Connected::new(engine, None).await;
    meta::set(&business.simulator, "/sim/faults", &json!({ "on": "debug_token", "kind": "server_error", "times": 3 }))
        .await;
    meta::play(&business.simulator, "/sim/tokens/revoke", &json!({ "waba_id": business.waba_id })).await;
    business.days_pass(1).await;
    let asked = async || {
        let calls = meta::look(&business.simulator, "/sim/calls?path=debug_token").await;
        let calls = calls["items"].as_array().unwrap().clone();
        (calls.iter().filter(|call| call["status"] == 500).count() == 3).then_some(())
    };
    eventually(asked).await;
    assert_eq!(business.number().await["status"], "connected");
    business.clock.advance(Duration::from_mins(10));
    business.number_that(|number| number["status"] == "reauth_required").await;
}
