use std::net::SocketAddr;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_simulator::{Simulator, SimulatorConfig, SimulatorError};

use crate::support::{start, text_to};

fn config(bind: &str) -> SimulatorConfig {
    SimulatorConfig {
        bind: bind.parse::<SocketAddr>().expect("an address"),
        app_id: "1".to_owned(),
        app_secret: "a secret".to_owned(),
        webhook_url: None,
        verify_token: "a verify token".to_owned(),
        graph_version: "v26.0".to_owned(),
        config_id: None,
    }
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let refused = Simulator::start(config("0.0.0.0:0")).await;
    assert!(matches!(refused, Err(SimulatorError::NotLoopback(_))));
}

#[test]
fn it_starts_and_stops_under_actix_too() {
    rustls::crypto::ring::default_provider().install_default().ok();
    actix_web::rt::System::new().block_on(async {
        let simulator = Simulator::start(config("127.0.0.1:0")).await.expect("it starts");
        let url = format!("{}/models", simulator.model_url());
        let client = reqwest::Client::builder().build().expect("a client");
        assert_eq!(client.get(&url).send().await.expect("an answer").status(), 200);
        simulator.stop().await;
        assert!(client.get(&url).send().await.is_err());
    });
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?}", config("127.0.0.1:0"));
    assert!(!shown.contains("a secret") && !shown.contains("a verify token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_logged_without_tokens() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.get(&format!("/v26.0/{}?access_token={}", business.waba_id, business.token), "").await;
    let (_, calls) = fixture.get("/sim/calls", "").await;
    let call = &calls["items"][0];
    assert_eq!((&call["method"], &call["status"]), (&json!("GET"), &json!(200)));
    assert_eq!(call["path"], json!(format!("/v26.0/{}", business.waba_id)));
    assert!(!calls.to_string().contains(&business.token));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_forgets_everything() {
    let fixture = start().await;
    let business = fixture.business().await;
    fixture.customer_writes(&business, "905301112233", "hi").await;
    fixture.send(&business, text_to("905301112233", "x")).await;
    fixture.call(Method::POST, "/sim/reset", "", Value::Null).await;
    assert_eq!(fixture.get("/sim/sent", "").await.1["items"], json!([]));
    assert_eq!(fixture.send(&business, text_to("905301112233", "x")).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn misspelt_members_are_refused() {
    let fixture = start().await;
    let body = json!({"advance_msec": 1});
    assert_eq!(fixture.call(Method::POST, "/sim/clock", "", body).await.0, 400);
}
