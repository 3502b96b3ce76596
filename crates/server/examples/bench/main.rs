//! What Switchboard takes and how quickly it passes it on, measured from outside: the real binary in a process of its own,
//! the load generator and the simulator beside it. Started by `script/bench`.
//!
//! The ratios carry; the absolute figures are those of the machine.

mod bare;
mod ingest;
mod installation;
mod load;
mod path;
mod report;

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
    /// Measure this engine only. `PostgreSQL` is the server that `TEST_DATABASE_URL` names.
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// The binary to measure.
    #[arg(long, default_value = "target/release/switchboard")]
    binary: PathBuf,
    /// Where the figures go as JSON.
    #[arg(long, default_value = "target/bench.json")]
    json: PathBuf,
    /// Internal: be the bare route.
    #[arg(long, hide = true)]
    bare_route: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Only {
    Sqlite,
    Postgres,
}

impl Only {
    fn engine(self) -> Engine {
        match self {
            Self::Sqlite => Engine::Sqlite,
            Self::Postgres => Engine::Postgres,
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
    let duration = Duration::from_secs(options.seconds);
    let mut report = Report::default();
    let bare = bare::measure(duration).await.context("the bare route")?;
    report.add("bare route", "acks/s", bare);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if options.only.is_some_and(|only| only.engine() != engine) {
            continue;
        }
        let installation = Installation::start(&options.binary, engine).await.context("an installation")?;
        let engine = installation.engine;
        report.add(engine, "start to ready (ms)", installation.started_in.as_secs_f64() * 1e3);
        report.add(engine, "memory idle (MB)", installation.memory_mb()?);
        path::measure(&installation, duration, &mut report).await.context("the path")?;
        ingest::measure(&installation, duration, bare, &mut report).await.context("ingest")?;
        report.add(engine, "memory at the end (MB)", installation.memory_mb()?);
        installation.stop().await;
    }
    report.print();
    report.write(&options.json)
}
