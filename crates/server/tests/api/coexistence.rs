//! A number that is also used in the WhatsApp Business app: its contacts and its history are taken over.

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_simulator::Simulator;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Owner, TestApp, line::eventually, meta};

struct Phone {
    app: TestApp,
    simulator: Simulator,
    owner: Owner,
    /// As the simulator made it.
    made: Value,
    path: String,
}

impl Phone {
    /// Connected; `fault`: what goes wrong when Meta is asked for the phone app's data.
    async fn connected(engine: Engine, fault: Option<Value>) -> Self {
        let simulator = meta::simulator().await;
        let app = meta::app(engine, &simulator).await;
        let hook = json!({ "url": app.url("/webhooks/whatsapp"), "verify_token": "a-token-of-the-tests" });
        meta::play(&simulator, "/sim/webhook", &hook).await;
        let made = json!({ "coexistence": true, "registered": true });
        let made = meta::play(&simulator, "/sim/businesses", &made).await;
        if let Some(kind) = fault {
            meta::set(&simulator, "/sim/faults", &json!({ "on": "smb_app_data", "kind": kind, "times": 2 })).await;
        }
        let owner = app.signup("Bakery").await;
        let code = meta::play(&simulator, "/sim/codes", &json!({ "waba_id": made["waba_id"] })).await;
        let started = app.post("/api/onboarding/whatsapp/start").bearer(&owner.access_token).send().await;
        let body = json!({ "state": started.text("/state"), "code": code["code"],
            "event": "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING", "data": { "waba_id": made["waba_id"] } });
        let done = app.post("/api/onboarding/whatsapp/complete").bearer(&owner.access_token).json(&body).send().await;
        assert_eq!(done.status, 200, "{}", done.raw);
        let numbers = app.get("/api/numbers").bearer(&owner.access_token).send().await;
        let path = format!("/api/numbers/{}/sync", numbers.text("/items/0/id"));
        Self { app, simulator, owner, made, path }
    }

    async fn sync(&self) -> Answer {
        self.app.get(&self.path).bearer(&self.owner.access_token).send().await
    }

    /// What is told of contacts and of history, once `is` holds of it.
    async fn sync_that(&self, is: impl Fn(&Value, &Value) -> bool) -> (Value, Value) {
        eventually(async || {
            let items = self.sync().await.body["items"].clone();
            let of = |kind: &str| items.as_array().unwrap().iter().find(|it| it["kind"] == kind).cloned();
            let both = (of("contacts")?, of("history")?);
            is(&both.0, &both.1).then_some(both)
        })
        .await
    }

    async fn change(&self, field: &str, mut value: Value) {
        value["metadata"] =
            json!({ "display_phone_number": "902125550100", "phone_number_id": self.made["phone_number_id"] });
        value["messaging_product"] = json!("whatsapp");
        let change = json!({ "entry_id": self.made["waba_id"], "field": field, "value": value });
        assert_eq!(meta::play(&self.simulator, "/sim/change", &change).await["http_status"], 200);
    }

    async fn progress(&self, phase: i64, progress: i64) {
        let metadata = json!({ "phase": phase, "chunk_order": 1, "progress": progress });
        self.change("history", json!({ "history": [{ "metadata": metadata, "threads": [] }] })).await;
    }
}

#[rstest]
#[tokio::test]
async fn contacts_and_history_are_asked_for_once_and_followed(#[values(Sqlite, Postgres)] engine: Engine) {
    let phone = Phone::connected(engine, None).await;
    phone.sync_that(|contacts, history| contacts["state"] == "running" && history["state"] == "running").await;

    let person = json!({ "full_name": "Pablo Morales", "phone_number": "16505551234" });
    let entry =
        json!({ "type": "contact", "contact": person, "action": "add", "metadata": { "timestamp": "1739321024" } });
    phone.change("smb_app_state_sync", json!({ "state_sync": [entry] })).await;
    phone.sync_that(|contacts, _| contacts["state"] == "done").await;

    // With messages, and a chunk that comes late.
    let past = json!({ "phone_number_id": phone.made["phone_number_id"], "with": "16505551234", "count": 4 });
    meta::play(&phone.simulator, "/sim/history", &past).await;
    phone.sync_that(|_, history| history["phase"] == 0 && history["progress"] == 100).await;
    phone.progress(1, 55).await;
    phone.progress(0, 40).await;
    let (_, history) = phone.sync_that(|_, history| history["phase"] == 1).await;
    assert_eq!((&history["state"], &history["progress"]), (&json!("running"), &json!(55)));
    phone.progress(2, 100).await;
    phone.sync_that(|_, history| history["state"] == "done" && history["progress"] == 100).await;

    let again = phone.app.post(&phone.path).bearer(&phone.owner.access_token).send().await;
    assert_eq!(again.status, 200, "{}", again.raw);
    let calls = meta::look(&phone.simulator, "/sim/calls?path=smb_app_data").await;
    assert_eq!(calls["items"].as_array().unwrap().len(), 2, "each kind once: {calls}");
}

#[rstest]
#[tokio::test]
async fn a_business_that_does_not_share_its_history_is_told_so(#[values(Sqlite, Postgres)] engine: Engine) {
    let phone = Phone::connected(engine, None).await;
    let declined = json!({ "code": 2_593_109, "title": "History sync is turned off by the business" });
    phone.change("history", json!({ "history": [{ "errors": [declined] }] })).await;
    let (_, history) = phone.sync_that(|_, history| history["state"] == "declined").await;
    assert!(history["error"].as_str().unwrap().contains("does not share"), "{history}");
}

#[rstest]
#[tokio::test]
async fn what_failed_is_asked_for_again_and_stops_no_connection(#[values(Sqlite, Postgres)] engine: Engine) {
    let phone = Phone::connected(engine, Some(json!("server_error"))).await;
    let (contacts, _) =
        phone.sync_that(|contacts, history| contacts["state"] == "failed" && history["state"] == "failed").await;
    assert!(contacts["error"].is_string(), "{contacts}");
    let again = phone.app.post(&phone.path).bearer(&phone.owner.access_token).send().await;
    assert_eq!(again.status, 200, "{}", again.raw);
    phone.sync_that(|contacts, history| contacts["state"] == "running" && history["state"] == "running").await;
}

#[rstest]
#[tokio::test]
async fn too_late_says_what_to_do(#[values(Sqlite, Postgres)] engine: Engine) {
    let late = json!({ "code": 2_593_108, "http_status": 400 });
    let phone = Phone::connected(engine, Some(late)).await;
    let (_, history) = phone.sync_that(|_, history| history["state"] == "failed").await;
    assert!(history["error"].as_str().unwrap().contains("within 24 hours"), "{history}");
}

#[rstest]
#[tokio::test]
async fn a_number_that_is_in_no_phone_app_has_nothing_to_take_over(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    meta::connect(&app, &owner).await;
    let numbers = app.get("/api/numbers").bearer(&owner.access_token).send().await;
    let path = format!("/api/numbers/{}/sync", numbers.text("/items/0/id"));
    assert_eq!(app.get(&path).bearer(&owner.access_token).send().await.body["items"], json!([]));
    app.post(&path).bearer(&owner.access_token).send().await.assert_problem(409, "not_in_phone_app");
}
