//! The connection doctor, in the API and on the command line.

use std::{collections::HashMap, sync::Arc};

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_simulator::Simulator;
use switchboard_store::SystemClock;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use super::commands::switchboard;
use crate::support::{Owner, TestApp, meta};

struct Patient {
    app: TestApp,
    simulator: Simulator,
    owner: Owner,
    /// The address Meta posts to: a server's that is known before the one under test starts.
    hook: String,
    _there: TestApp,
}

impl Patient {
    async fn new(engine: Engine) -> Self {
        let simulator = meta::simulator().await;
        let there = TestApp::start(Sqlite).await;
        let hook = there.url("/webhooks/whatsapp");
        meta::play(&simulator, "/sim/webhook", &json!({ "url": hook, "verify_token": "a-token-of-the-tests" })).await;
        let (base_url, address) = (simulator.base_url(), hook.clone());
        let app = TestApp::start_with(engine, Arc::new(SystemClock), move |settings| {
            settings.graph_api_base_url.clone_from(&base_url);
            settings.meta_dialog_base_url = base_url;
            settings.webhook_public_url = Some(address);
        });
        let app = app.await;
        let owner = app.signup("Bakery").await;
        meta::connect(&app, &owner).await;
        Self { app, simulator, owner, hook, _there: there }
    }

    async fn number(&self) -> Value {
        self.app.get("/api/numbers").bearer(&self.owner.access_token).send().await.body["items"][0].clone()
    }

    /// Whether all is well, and what was found of each link.
    async fn examined(&self) -> (bool, HashMap<String, Value>) {
        let path = format!("/api/numbers/{}/doctor", self.number().await["id"].as_str().unwrap());
        let answer = self.app.get(&path).bearer(&self.owner.access_token).send().await;
        assert_eq!(answer.status, 200, "{}", answer.raw);
        let checks = answer.body["checks"].as_array().unwrap().clone();
        let found = checks.into_iter().map(|check| (check["check"].as_str().unwrap().to_owned(), check)).collect();
        (answer.body["healthy"] == true, found)
    }
}

#[rstest]
#[tokio::test]
async fn a_good_connection_passes_link_by_link(#[values(Sqlite, Postgres)] engine: Engine) {
    let patient = Patient::new(engine).await;
    let (healthy, found) = patient.examined().await;
    assert!(healthy, "{found:?}");
    let links = [
        "app",
        "callback",
        "app_webhooks",
        "token",
        "permissions",
        "token_life",
        "account",
        "registered",
        "quality",
        "display_name",
        "subscription",
    ];
    for link in links {
        assert_eq!(found[link]["result"], "pass", "{link}: {found:?}");
    }
    for link in ["payment", "last_webhook", "last_send"] {
        assert_eq!(found[link]["result"], "unknown", "nothing has happened yet: {found:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_broken_link_says_why_and_what_to_do(#[values(Sqlite, Postgres)] engine: Engine) {
    let patient = Patient::new(engine).await;
    let number = patient.number().await;
    let traits = json!({ "phone_number_id": number["phone_number_id"], "status": "BANNED", "quality": "RED" });
    meta::play(&patient.simulator, "/sim/numbers", &traits).await;
    let other = TestApp::start(Sqlite).await;
    let moved = json!({ "url": other.url("/webhooks/whatsapp"), "verify_token": "a-token-of-the-tests" });
    meta::play(&patient.simulator, "/sim/webhook", &moved).await;

    let (healthy, found) = patient.examined().await;

    assert!(!healthy);
    let of = |link: &str| (found[link]["result"].clone(), found[link]["advice"].is_string());
    assert_eq!(of("registered"), (json!("fail"), true), "{found:?}");
    assert_eq!(of("quality"), (json!("warn"), true));
    assert_eq!(of("app_webhooks"), (json!("fail"), true));

    meta::play(&patient.simulator, "/sim/tokens/revoke", &json!({ "waba_id": number["waba_id"] })).await;
    let (_, found) = patient.examined().await;
    assert_eq!(found["token"]["result"], "fail", "{found:?}");
    assert!(found["token"]["advice"].as_str().unwrap().contains("Connect the number again"));
}

#[rstest]
#[tokio::test]
async fn the_command_examines_every_number(#[values(Sqlite, Postgres)] engine: Engine) {
    let patient = Patient::new(engine).await;
    let run = async |hook: &str| {
        let mut command = switchboard(&patient.app.db.url, &["doctor", "--numbers"]);
        let base_url = patient.simulator.base_url();
        command.env("GRAPH_API_BASE_URL", &base_url).env("META_DIALOG_BASE_URL", base_url);
        command.env("WEBHOOK_PUBLIC_URL", hook);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (well, told) = run(&patient.hook).await;
    assert!(well && told.contains("pass     subscription") && !told.contains("FAIL"), "{told}");
    assert!(told.contains(patient.number().await["display_phone_number"].as_str().unwrap()), "{told}");
    let (well, told) = run("http://127.0.0.1:9/webhooks/whatsapp").await;
    assert!(!well && told.contains("FAIL     callback"), "{told}");
}
