//! Two processes on one database.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_store::{Clock, SystemClock};
use switchboard_test_support::{Engine, FreeAddress};
use uuid::Uuid;

use super::{
    process::{Process, eventually},
    site::{Site, customers},
};
use crate::support::line::{delivery, signature};

/// What each customer writes, one message after the other.
const BURST: [&str; 3] = ["Good day", "I have a question", "What are your opening hours?"];
/// The customers begin one after the other, so that some are answered before others and the replica dies in between.
const APART: Duration = Duration::from_millis(40);
/// Long enough for a burst to arrive, however busy the machine is.
const QUIET: Duration = Duration::from_secs(3);

#[tokio::test]
async fn two_replicas_keep_every_conversation_in_order_and_one_of_them_may_die() {
    let site = Site::start(Engine::Postgres, QUIET).await;
    // The customers' messages do not go through the simulator.
    site.sim(Method::PUT, "/sim/windows", json!({ "mode": "open" })).await;
    site.sim(Method::PUT, "/sim/delays", json!({ "model_ms": 200, "messages_ms": 50 })).await;
    let second = FreeAddress::take();
    let (survivor, doomed) = tokio::join!(site.serve(), site.serve_at(second.address, &[]));
    let customers = customers(50);
    let replicas = [&survivor, &doomed];
    join_all(customers.iter().enumerate().map(|(place, customer)| burst(&site, replicas, place, customer))).await;
    eventually("some are answered", async || (site.sent(None).await.len() >= 10).then_some(())).await;
    doomed.kill().await;
    let answered = site.sent(None).await.len();
    assert!(answered < customers.len(), "the replica died too late to prove anything");

    site.each_is_answered_once(&survivor, &customers).await;
    for thread in site.threads(&survivor, &customers).await {
        let texts: Vec<_> = thread.iter().take(BURST.len()).map(|message| &message["text"]).collect();
        assert_eq!(texts, BURST, "{thread:?}");
        assert_eq!(thread.len(), BURST.len() + 1, "one answer to the whole burst: {thread:?}");
    }
}

/// One message after the other, to the replicas in turn.
async fn burst(site: &Site, replicas: [&Process; 2], place: usize, customer: &str) {
    tokio::time::sleep(APART * u32::try_from(place).expect("few customers")).await;
    for (number, said) in BURST.iter().enumerate() {
        let status = post(site, replicas[(place + number) % 2], customer, said).await;
        assert_eq!(status, 200, "{customer}: {said}");
    }
}

async fn post(site: &Site, replica: &Process, customer: &str, said: &str) -> u16 {
    let seconds = SystemClock.now().0 / 1000;
    let message: Value = json!({ "from": customer, "id": format!("wamid.{}", Uuid::new_v4().simple()),
        "timestamp": seconds.to_string(), "type": "text", "text": { "body": said } });
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": site.phone_number_id },
        "contacts": [{ "profile": { "name": format!("Customer {customer}") }, "wa_id": customer }],
        "messages": [message],
    });
    let body = delivery(&site.waba_id, "messages", &value);
    site.posts(replica, &signature(body.as_bytes()), body).await
}
