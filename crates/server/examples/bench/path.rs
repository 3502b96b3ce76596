//! From the webhook to the call to Graph, with no quiet period and a model that answers at once.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::task::JoinSet;

use crate::{
    ingest::{message, now_ms},
    installation::Installation,
    load::Connection,
    report::{Report, quantile},
};

const CONNECTIONS: u32 = 20;
const QUESTION: &str = "What are your opening hours?";

pub(crate) async fn measure(
    installation: &Installation,
    duration: Duration,
    report: &mut Report,
) -> anyhow::Result<()> {
    let engine = installation.engine;
    // Indexes, connections and caches are warm in a process that has been running.
    run(installation, "90", 50, Duration::from_secs(1)).await?;
    installation.settle().await;
    let steady = run(installation, "91", 200, duration).await?;
    report.add(engine, "webhook to Graph p50 at 200 conversations/s (ms)", steady.p50);
    report.add(engine, "webhook to Graph p99 at 200 conversations/s (ms)", steady.p99);
    let flood = run(installation, "92", 2_000, duration / 2).await?;
    report.add(engine, "answered conversations/s under a flood", flood.per_second);
    Ok(())
}

struct Answered {
    per_second: f64,
    p50: f64,
    p99: f64,
}

/// Sends one question of each of many new customers and waits until all have their answer.
async fn run(
    installation: &Installation,
    prefix: &str,
    per_second: u32,
    duration: Duration,
) -> anyhow::Result<Answered> {
    let after = installation.sent_after(0).await?.last().map_or(0, |(n, _, _)| *n);
    let began = now_ms();
    let asked = ask(installation, prefix, per_second, duration).await?;
    let answered = wait_for_answers(installation, &asked, after).await?;
    let last = answered.values().copied().max().unwrap_or(began);
    let mut latencies: Vec<f64> = Vec::with_capacity(asked.len());
    for (customer, at) in &asked {
        let answer = answered.get(customer).context("a customer was not answered")?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds")]
        latencies.push(answer.saturating_sub(*at) as f64);
    }
    latencies.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a count and milliseconds")]
    let rate = asked.len() as f64 / (last.saturating_sub(began).max(1) as f64 / 1e3);
    Ok(Answered { per_second: rate, p50: quantile(&latencies, 0.5), p99: quantile(&latencies, 0.99) })
}

type Asked = HashMap<String, u128>;

async fn ask(installation: &Installation, prefix: &str, per_second: u32, duration: Duration) -> anyhow::Result<Asked> {
    let mut workers = JoinSet::new();
    let started = Instant::now();
    for worker in 0..CONNECTIONS {
        let (address, numbers, prefix) = (installation.address, installation.numbers.clone(), prefix.to_owned());
        workers.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut asked = Asked::new();
            let every = Duration::from_secs(1) * CONNECTIONS / per_second;
            let mut due = started + every * worker / CONNECTIONS;
            while due.duration_since(started) < duration {
                tokio::time::sleep_until(due.into()).await;
                let count = asked.len();
                let customer = format!("{prefix}{worker:03}{count:07}");
                let number = &numbers[(count + usize::try_from(worker)?) % numbers.len()];
                let body = message(number, &customer, &format!("wamid.P{customer}"), QUESTION);
                asked.insert(customer, now_ms());
                connection.post(&body).await?;
                due += every;
            }
            anyhow::Ok(asked)
        });
    }
    let mut asked = Asked::new();
    while let Some(done) = workers.join_next().await {
        asked.extend(done??);
    }
    Ok(asked)
}

async fn wait_for_answers(installation: &Installation, asked: &Asked, mut after: u64) -> anyhow::Result<Asked> {
    let mut answered = Asked::new();
    let deadline = Instant::now() + Duration::from_mins(2);
    while answered.len() < asked.len() {
        if Instant::now() > deadline {
            bail!("{} of {} customers had no answer after two minutes", asked.len() - answered.len(), asked.len());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        for (n, to, at) in installation.sent_after(after).await? {
            after = n;
            if asked.contains_key(&to) {
                answered.entry(to).or_insert(at);
            }
        }
    }
    Ok(answered)
}
