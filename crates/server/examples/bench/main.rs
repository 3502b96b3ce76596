//! What Switchboard takes and how quickly it passes it on, measured from outside: the real binary in a process of its own,
//! the load generator and the simulator beside it. And how well and how fast its bots search. Started by `script/bench`.
//!
//! The ratios carry; the absolute figures are those of the machine.

mod bare;
mod ingest;
mod installation;
mod load;
mod path;
mod report;
mod retrieval;

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use clap::Parser;
use switchboard_test_support::Engine;

use crate::{installation::Installation, report::Report};

#[derive(Debug, Parser)]
struct Options {
    /// Seconds of load for each figure.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// Measure this engine only, or nothing but the search. `PostgreSQL` is the server that `TEST_DATABASE_URL` names.
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// The binary to measure.
    #[arg(long, default_value = "target/release/switchboard")]
    binary: PathBuf,
    /// Where the figures go as JSON.
    #[arg(long, default_value = "target/bench.json")]
    json: PathBuf,
    /// Measures nothing: has the server of the embeddings API at this address make the vectors by which the search is
    /// measured, and stores them.
    #[arg(long, requires = "model", value_name = "BASE_URL")]
    make_vectors: Option<String>,
    /// The model that makes them.
    #[arg(long)]
    model: Option<String>,
    /// Internal: be the bare route.
    #[arg(long, hide = true)]
    bare_route: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    Sqlite,
    Postgres,
    Search,
}

impl Only {
    fn of(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite,
            Engine::Postgres => Self::Postgres,
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options::parse();
    if options.bare_route {
        return bare::serve().await;
    }
    if let (Some(base_url), Some(model)) = (&options.make_vectors, &options.model) {
        println!("{}", retrieval::make_vectors(base_url, model).await?.display());
        return Ok(());
    }
    let mut report = Report::default();
    if options.only.is_none_or(|only| only == Only::Search) {
        retrieval::measure(&mut report);
    }
    let mut engines = vec![Engine::Sqlite, Engine::Postgres];
    engines.retain(|engine| options.only.is_none_or(|only| only == Only::of(*engine)));
    if !engines.is_empty() {
        measure_installations(&options, &engines, &mut report).await?;
    }
    report.print();
    report.write(&options.json)
}

async fn measure_installations(options: &Options, engines: &[Engine], report: &mut Report) -> anyhow::Result<()> {
    let duration = Duration::from_secs(options.seconds);
    let bare = bare::measure(duration).await.context("the bare route")?;
    report.add("bare route", "acks/s", bare);
    for engine in engines.iter().copied() {
        let installation = Installation::start(&options.binary, engine).await.context("an installation")?;
        let engine = installation.engine;
        report.add(engine, "start to ready (ms)", installation.started_in.as_secs_f64() * 1e3);
        report.add(engine, "memory idle (MB)", installation.memory_mb()?);
        path::measure(&installation, duration, report).await.context("the path")?;
        ingest::measure(&installation, duration, bare, report).await.context("ingest")?;
        report.add(engine, "memory at the end (MB)", installation.memory_mb()?);
        installation.stop().await;
    }
    Ok(())
}
