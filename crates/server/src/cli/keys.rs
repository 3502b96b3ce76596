use std::process::ExitCode;

use clap::{Args, Subcommand};
use switchboard_accounts::tenant_keys;

use crate::config::Settings;

/// `switchboard keys`
#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Wrap all tenants' keys with the first of `SWITCHBOARD_MASTER_KEYS`. Switchboard may serve meanwhile.
    Rotate(Rotate),
}

#[derive(Debug, Args)]
struct Rotate {
    #[command(flatten)]
    settings: Settings,
}

impl Keys {
    pub(super) fn settings(&self) -> &Settings {
        let KeysCommand::Rotate(rotate) = &self.command;
        &rotate.settings
    }

    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let ring = self.settings().key_ring()?;
        let db = self.settings().database().open().await?;
        let done = tenant_keys::rotate(&db, &ring).await?;
        db.close().await;
        println!(
            "{done} tenant key(s) are now under master key {:?}; the others are not needed any more",
            ring.current_id()
        );
        Ok(ExitCode::SUCCESS)
    }
}
