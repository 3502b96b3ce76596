//! Every call to Meta that a connection takes, failing: which step stops, what is kept of Meta's answer, and that it goes on
//! from there.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::Settings;
use switchboard_simulator::Simulator;
use switchboard_store::{Clock, ManualClock, SystemClock};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Owner, TestApp, meta};

struct Begun {
    simulator: Simulator,
    app: TestApp,
    owner: Owner,
    /// A business at Meta with one number.
    made: Value,
}

impl Begun {
    async fn new(engine: Engine) -> Self {
        let simulator = meta::simulator().await;
        let app = meta::app(engine, &simulator).await;
        let owner = app.signup("Bakery").await;
        let made = meta::play(&simulator, "/sim/businesses", &json!({})).await;
        Self { simulator, app, owner, made }
    }

    async fn post(&self, what: &str, body: &Value) -> Answer {
        let path = format!("/api/onboarding/whatsapp/{what}");
        self.app.post(&path).bearer(&self.owner.access_token).json(body).send().await
    }

    /// From the click to the last step, or to where it stops; `hint`: an account that the browser names.
    async fn complete(&self, hint: Option<&Value>) -> Answer {
        let state = self.post("start", &json!({})).await.text("/state");
        let code = meta::play(&self.simulator, "/sim/codes", &json!({ "waba_id": self.made["waba_id"] })).await;
        let hint = hint.unwrap_or(&self.made["waba_id"]);
        self.post("complete", &json!({ "state": state, "code": code["code"], "event": "FINISH", "waba_id": hint }))
            .await
    }

    async fn status(&self) -> Answer {
        self.app.get("/api/onboarding/whatsapp/status").bearer(&self.owner.access_token).send().await
    }

    async fn fault(&self, on: &str, kind: Value) {
        meta::set(&self.simulator, "/sim/faults", &json!({ "on": on, "kind": kind })).await;
    }

    async fn mended(&self) {
        let url = format!("{}/sim/faults", self.simulator.base_url());
        let client = reqwest::Client::builder().build().unwrap();
        assert!(client.delete(url).send().await.unwrap().status().is_success());
    }
}

fn letters(status: &Answer) -> String {
    let steps = status.body["steps"].as_array().into_iter().flatten();
    steps.filter_map(|step| step["state"].as_str()?.chars().next()).collect()
}

#[rstest]
#[case::exchange("oauth", "ddfpppp")]
#[case::inspection("debug_token", "ddfpppp")]
#[case::numbers("phone_numbers", "ddddfpp")]
#[case::registration("register", "ddddfpp")]
#[case::subscription("subscribed_apps", "dddddfp")]
#[tokio::test]
async fn a_call_that_fails_stops_its_step_and_the_connection_goes_on_from_there(
    #[case] on: &str,
    #[case] stopped: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = Begun::new(engine).await;
    it.fault(on, json!({ "code": 2_388_001, "http_status": 400 })).await;
    let refused = it.complete(None).await;
    refused.assert_problem(422, "connection_stopped");
    let status = it.status().await;
    assert_eq!(letters(&status), stopped, "{}", status.raw);
    let at = stopped.find('f').unwrap();
    let step = &status.body["steps"][at];
    assert_eq!(step["error"], refused.body["detail"]);
    assert_eq!(step["meta"]["code"], 2_388_001, "{}", status.raw);
    assert!(step["meta"]["message"].is_string() && step["meta"]["fbtrace_id"].is_string(), "{}", status.raw);
    assert!(step["at"].is_string() && status.body["connected"] == false);

    // Still broken: the same step stops, and nothing before it is done again.
    if status.body["can_retry"] == true {
        it.post("retry", &json!({})).await.assert_problem(422, "connection_stopped");
        assert_eq!(letters(&it.status().await), stopped);
    }
    it.mended().await;
    let again = it.post("retry", &json!({})).await;
    if on == "oauth" {
        // A code is good once, and for 30 seconds.
        again.assert_problem(409, "start_again");
        assert_eq!(it.complete(None).await.status, 200);
    } else {
        assert_eq!((again.status, letters(&again).as_str()), (200, "ddddddd"), "{}", again.raw);
    }
    let done = it.status().await;
    assert_eq!((letters(&done).as_str(), &done.body["connected"]), ("ddddddd", &json!(true)));
}

#[rstest]
#[tokio::test]
async fn a_permission_that_is_withdrawn_half_way_takes_a_new_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = Begun::new(engine).await;
    it.fault("register", json!({ "code": 2_388_001, "http_status": 400 })).await;
    it.complete(None).await.assert_problem(422, "connection_stopped");
    meta::play(&it.simulator, "/sim/tokens/revoke", &json!({ "waba_id": it.made["waba_id"] })).await;
    it.mended().await;
    let refused = it.post("retry", &json!({})).await;
    refused.assert_problem(422, "connection_stopped");
    let status = it.status().await;
    assert_eq!(letters(&status), "ddddfpp", "{}", status.raw);
    assert_eq!(status.body["steps"][4]["meta"]["code"], 190, "{}", status.raw);
    let again = it.complete(None).await;
    assert_eq!((again.status, letters(&again).as_str()), (200, "ddddddd"), "{}", again.raw);
}

/// The browser says whatever it likes.
#[rstest]
#[tokio::test]
async fn an_account_that_a_browser_names_and_the_permission_does_not_cover_is_not_bound(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = Begun::new(engine).await;
    let foreign = meta::play(&it.simulator, "/sim/businesses", &json!({ "name": "Somebody else's" })).await;
    let victim = it.app.signup("Victim").await;
    let done = it.complete(Some(&foreign["waba_id"])).await;
    assert_eq!(done.status, 200, "a hint is a hint: {}", done.raw);
    let numbers = it.app.get("/api/numbers").bearer(&it.owner.access_token).send().await;
    let bound: Vec<_> = numbers.body["items"].as_array().unwrap().iter().map(|it| &it["phone_number_id"]).collect();
    assert_eq!(bound, [&it.made["phone_number_id"]]);
    let calls = meta::look(&it.simulator, "/sim/calls?path=register").await;
    assert!(!calls.to_string().contains(foreign["phone_number_id"].as_str().unwrap()), "{calls}");
    let theirs = it.app.get("/api/numbers").bearer(&victim.access_token).send().await;
    assert_eq!(theirs.body["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn a_state_is_good_for_ten_minutes(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let clock = ManualClock::at(SystemClock.now());
    let base_url = simulator.base_url();
    let change = move |settings: &mut Settings| {
        settings.graph_api_base_url.clone_from(&base_url);
        settings.meta_dialog_base_url = base_url;
    };
    let app = TestApp::start_with(engine, clock.clone() as Arc<dyn Clock>, change).await;
    let owner = app.signup("Bakery").await;
    let to = meta::dialog(&app, &owner, "continue").await;
    let state = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await.text("/state");
    clock.advance(Duration::from_mins(10));
    let refreshed = app.post("/api/auth/refresh").cookie(&owner.cookie).send().await;
    let late = meta::returns(&app, &owner, &to).await;
    assert_eq!(late.header("location"), Some("http://localhost:8080/?connect=failed&reason=state_expired"));
    for (what, body) in [
        ("complete", json!({ "state": state, "code": "c", "event": "FINISH" })),
        ("event", json!({ "state": state, "event": "FINISH" })),
    ] {
        let path = format!("/api/onboarding/whatsapp/{what}");
        let answer = app.post(&path).bearer(&refreshed.text("/access_token")).json(&body).send().await;
        answer.assert_problem(422, "state_expired");
    }
}
