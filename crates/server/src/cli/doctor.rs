use std::{process::ExitCode, sync::Arc};

use clap::Args;

use switchboard_media::MediaStore;
use switchboard_onboarding::{Onboarding, Verdict};
use switchboard_store::{Notifier, SystemClock, Vault};

use crate::{
    config::{Config, Settings},
    http::Readiness,
    meta,
};

/// `switchboard doctor`
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    pub(super) settings: Settings,
    /// Tries the connection of every number, too. Asks Meta.
    #[arg(long)]
    numbers: bool,
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
        let mut healthy = findings.iter().all(|finding| finding.problems.is_empty());
        for Finding { what, problems } in &findings {
            println!("{}  {what}", if problems.is_empty() { "pass" } else { "FAIL" });
            for problem in problems {
                println!("      {problem}");
            }
        }
        if self.numbers && healthy {
            healthy = examine_numbers(&self.settings).await.unwrap_or_else(|error| {
                println!("FAIL  numbers\n      {error:#}");
                false
            });
        }
        if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Prints what the connection of each number is like; `true` if no link of any is broken.
async fn examine_numbers(settings: &Settings) -> anyhow::Result<bool> {
    let config = Config::from_settings(settings)?;
    let db = config.database.open().await?;
    let onboarding = Onboarding::new(
        db.clone(),
        Vault::new(config.key_ring()?),
        Arc::new(SystemClock),
        meta::graph(&config.meta)?,
        Notifier::default(),
        meta::onboarding(&config.meta, &config.webhook),
    );
    let mut healthy = true;
    for (tenant, number) in onboarding.numbers_in_use().await? {
        let diagnosis = onboarding.diagnose(tenant, number).await?;
        healthy &= diagnosis.is_healthy();
        println!("\n{}  (number {number} of tenant {tenant})", diagnosis.number.display_phone_number);
        for check in &diagnosis.checks {
            println!("{:7}  {}: {}", label(check.verdict), check.check, check.reason);
            if let Some(advice) = check.advice {
                println!("         {advice}");
            }
        }
    }
    db.close().await;
    Ok(healthy)
}

fn label(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "FAIL",
        other => other.as_str(),
    }
}

/// Whether files can be kept where they are to be kept.
async fn examine_files(config: &Config) -> Finding {
    let tried = match MediaStore::open(&config.media.store) {
        Ok(store) => store.check().await.map(|()| store.is_shared()),
        Err(error) => Err(error),
    };
    let is_postgres = config.database.sqlite_path().is_none();
    let what = match &tried {
        Ok(false) if is_postgres => "files (on this machine: several processes need a MEDIA_STORE that they share)",
        _ => "files",
    };
    Finding {
        what,
        problems: tried.err().map(|error| format!("{}: {error}", config.media.store)).into_iter().collect(),
    }
}

async fn examine(settings: &Settings) -> Vec<Finding> {
    let config = Config::from_settings(settings);
    let files = match &config {
        Ok(config) => Some(examine_files(config).await),
        Err(_) => None,
    };
    let mut findings =
        vec![Finding { what: "configuration", problems: config.err().map(|error| error.0).unwrap_or_default() }];
    findings.extend(files);
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
