//! That everything behind the API runs in a serving process. What each worker promises is proved where it lives.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_simulator::Simulator;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::{
    Owner, TestApp,
    line::{Line, eventually},
    meta,
};

/// A business that is connected to a stand-in for Meta.
struct Business {
    app: TestApp,
    simulator: Simulator,
    owner: Owner,
    phone_number_id: String,
    waba_id: String,
}

impl Business {
    async fn connected(engine: Engine) -> Self {
        let simulator = meta::simulator().await;
        let app = meta::app(engine, &simulator).await;
        let owner = app.signup("Bakery").await;
        meta::connect(&app, &owner).await;
        let webhook = json!({ "url": app.url("/webhooks/whatsapp"), "verify_token": "a-token-of-the-tests" });
        meta::play(&simulator, "/sim/webhook", &webhook).await;
        let list = app.get("/api/numbers").bearer(&owner.access_token).send().await;
        let (phone_number_id, waba_id) = (list.text("/items/0/phone_number_id"), list.text("/items/0/waba_id"));
        Self { app, simulator, owner, phone_number_id, waba_id }
    }

    async fn read(&self, path: &str) -> Value {
        self.app.get(path).bearer(&self.owner.access_token).send().await.body
    }

    async fn customer_writes(&self, text: &str) {
        let said = json!({ "phone_number_id": self.phone_number_id, "from": "905301234567", "text": text });
        meta::play(&self.simulator, "/sim/inbound", &said).await;
    }

    /// What has arrived at the customer's.
    async fn sent(&self) -> Vec<Value> {
        let url = format!("{}/sim/sent", self.simulator.base_url());
        let sent: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        sent["items"].as_array().unwrap().clone()
    }

    async fn conversation(&self) -> String {
        eventually(async || {
            let list = self.read("/api/conversations").await;
            list["items"][0]["id"].as_str().map(|id| format!("/api/conversations/{id}"))
        })
        .await
    }
}

#[rstest]
#[tokio::test]
async fn a_question_that_the_bot_knows_is_answered(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Business::connected(engine).await;
    let bot = format!("/api/bots/{}", business.read("/api/bots").await["items"][0]["id"].as_str().unwrap());
    let token = &business.owner.access_token;
    let quick = json!({ "reply_delay_ms": 0 });
    assert_eq!(business.app.patch(&bot).bearer(token).json(&quick).send().await.status, 200);
    let known = json!({ "question": "What time do you open?", "answer": "At eight, every day." });
    let taught = business.app.post(&format!("{bot}/knowledge")).bearer(token).json(&known).send().await;
    assert_eq!(taught.status, 201, "{}", taught.raw);

    business.customer_writes("What time do you open?").await;
    let sent = eventually(async || business.sent().await.pop()).await;
    assert_eq!(sent["body"]["text"]["body"], "At eight, every day.");
    let thread = format!("{}/messages", business.conversation().await);
    let answer = eventually(async || {
        let answer = business.read(&thread).await["items"][1].clone();
        // The stand-in says that it has arrived, and nobody reads it.
        (answer["status"] == "delivered").then_some(answer)
    })
    .await;
    assert_eq!((&answer["author"], &answer["wamid"]), (&json!("ai"), &sent["wamid"]));
}

#[rstest]
#[tokio::test]
async fn what_waited_for_a_new_token_leaves_when_it_is_there(#[values(Sqlite, Postgres)] engine: Engine) {
    let business = Business::connected(engine).await;
    business.customer_writes("Hello").await;
    let path = business.conversation().await;
    meta::play(&business.simulator, "/sim/tokens/revoke", &json!({ "waba_id": business.waba_id })).await;
    let hello = json!({ "text": "Hello, this is a person" });
    let messages = format!("{path}/messages");
    let queued = business.app.post(&messages).bearer(&business.owner.access_token).json(&hello).send().await;
    assert_eq!(queued.status, 202, "{}", queued.raw);
    let number = eventually(async || {
        let number = business.read("/api/numbers").await["items"][0].clone();
        (number["status"] == "reauth_required").then_some(number)
    })
    .await;
    assert!(number["problem"].is_string(), "{number}");
    assert!(business.sent().await.is_empty());

    meta::connect(&business.app, &business.owner).await;
    let sent = eventually(async || business.sent().await.pop()).await;
    assert_eq!(sent["body"]["text"]["body"], "Hello, this is a person");
}

#[rstest]
#[tokio::test]
async fn a_conversation_goes_back_to_the_ai_in_time(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    line.patch("/api/tenant").json(&json!({ "auto_handback_ms": 600_000 })).send().await;
    let path = line.customer_writes("9051", "Hello").await;
    let taken = line.post(&format!("{path}/takeover")).send().await;
    assert!(taken.body["handback_at"].is_string(), "{}", taken.raw);
    line.clock.advance(Duration::from_mins(10));
    let back = eventually(async || Some(line.read(&path).await).filter(|conversation| conversation["control"] == "ai"));
    assert_eq!(back.await["control_reason"], "timeout");
}

#[tokio::test]
async fn what_waits_is_measured() {
    let app = TestApp::start(Sqlite).await;
    let metrics = eventually(async || {
        let metrics = app.get("/metrics").send().await.raw;
        (metrics.contains("switchboard_outbox_backlog") && metrics.contains("switchboard_webhook_backlog"))
            .then_some(())
    });
    metrics.await;
}
