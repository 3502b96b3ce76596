use std::process::ExitCode;

use clap::Args;

use crate::config::Settings;

/// `switchboard migrate`
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    pub(super) settings: Settings,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let db = self.settings.database().open().await?;
        let pending = db.pending_migrations().await?;
        db.migrate().await?;
        db.close().await;
        println!("{pending} migration(s) applied");
        Ok(ExitCode::SUCCESS)
    }
}
