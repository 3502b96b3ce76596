//! Durable acknowledgements.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::{
    installation::Installation,
    load::{self, Source},
    report::Report,
};

/// Text messages of ever new customers, in turn to each of the numbers.
pub(crate) struct Messages {
    worker: usize,
    count: usize,
    numbers: Vec<String>,
}

impl Messages {
    pub(crate) fn new(worker: usize, numbers: Vec<String>) -> Self {
        Self { worker, count: 0, numbers }
    }
}

impl Source for Messages {
    fn next(&mut self) -> Vec<u8> {
        self.count += 1;
        let number = &self.numbers[(self.worker + self.count) % self.numbers.len()];
        let customer = format!("44{:03}{:07}", self.worker, self.count);
        message(number, &customer, &format!("wamid.I{}.{}", self.worker, self.count), "Is the blue one in stock?")
    }
}

/// A webhook as Meta writes it.
pub(crate) fn message(number: &str, customer: &str, wamid: &str, text: &str) -> Vec<u8> {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number},
        "contacts": [{"profile": {"name": "Sheena Nelson"}, "wa_id": customer}],
        "messages": [{"from": customer, "id": wamid, "timestamp": now_ms().to_string()[..10].to_owned(), "type": "text", "text": {"body": text}}],
    }}]}]})
    .to_string()
    .into_bytes()
}

#[expect(clippy::disallowed_methods, reason = "the load generator has no other clock")]
pub(crate) fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}

/// The bots are switched off first: this is about taking messages, not about answering them.
pub(crate) async fn measure(
    installation: &Installation,
    duration: Duration,
    bare: f64,
    report: &mut Report,
) -> anyhow::Result<()> {
    let engine = installation.engine;
    installation.switch_bots_off().await?;
    let source = |worker| Messages::new(worker + 100, installation.numbers.clone());
    let steady = load::open(installation.address, 1_000, duration, source).await?;
    report.add(engine, "ack p50 at 1,000 webhooks/s (ms)", steady.p50);
    report.add(engine, "ack p99 at 1,000 webhooks/s (ms)", steady.p99);
    let source = |worker| Messages::new(worker + 300, installation.numbers.clone());
    let most = load::closed(installation.address, 64, duration, source).await?;
    report.add(engine, "durable acks/s, 64 connections", most.per_second);
    report.add(engine, "  of the bare route (%)", most.per_second / bare * 100.0);
    report.add(engine, "  ack p99 (ms)", most.p99);
    Ok(())
}
