use std::{process::ExitCode, sync::Arc};

use clap::Args;

use crate::{
    config::{Config, Settings},
    http::Readiness,
};

/// `switchboard doctor`
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// What was looked at, and what is wrong with it.
struct Finding {
    what: &'static str,
    problems: Vec<String>,
}

impl Doctor {
    /// Prints a line for each thing looked at. Fails when anything is wrong.
    pub(super) async fn run(self) -> ExitCode {
        let findings = examine(&self.settings).await;
        for Finding { what, problems } in &findings {
            println!("{}  {what}", if problems.is_empty() { "pass" } else { "FAIL" });
            for problem in problems {
                println!("      {problem}");
            }
        }
        if findings.iter().all(|finding| finding.problems.is_empty()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

async fn examine(settings: &Settings) -> Vec<Finding> {
    let config = Config::from_settings(settings);
    let mut findings =
        vec![Finding { what: "configuration", problems: config.err().map(|error| error.0).unwrap_or_default() }];
    match (settings.database().open().await, settings.key_ring()) {
        (Ok(db), Ok(ring)) => {
            let Readiness { database, migrations, keys } = Readiness::of(&db, &Arc::new(ring)).await;
            let checked = [("database", database), ("migrations", migrations), ("master keys", keys)];
            findings.extend(checked.map(|(what, problem)| Finding { what, problems: problem.into_iter().collect() }));
            db.close().await;
        }
        (db, ring) => {
            let database = db.err().map(|error| error.to_string());
            findings.push(Finding { what: "database", problems: database.into_iter().collect() });
            let keys = ring.err().map(|error| error.to_string());
            findings.push(Finding { what: "master keys", problems: keys.into_iter().collect() });
        }
    }
    findings
}
