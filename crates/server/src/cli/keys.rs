use std::{process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};
use switchboard_accounts::{
    data_keys::{DataKeys, Rotated},
    tenant_keys,
};
use switchboard_store::{SystemClock, TenantId, Vault};
use uuid::Uuid;

use crate::config::Settings;

/// `switchboard keys`
#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Wrap all data keys with the first of `SWITCHBOARD_MASTER_KEYS`. Switchboard may serve meanwhile.
    Rotate(Rotate),
}

#[derive(Debug, Args)]
struct Rotate {
    #[command(flatten)]
    settings: Settings,
    /// Makes new data keys, seals every stored secret anew, and destroys the old keys, tenant by tenant and person by person.
    #[arg(long)]
    data_keys: bool,
    /// Only this tenant's.
    #[arg(long, requires = "data_keys")]
    tenant: Option<Uuid>,
}

impl Keys {
    pub(super) fn settings(&self) -> &Settings {
        let KeysCommand::Rotate(rotate) = &self.command;
        &rotate.settings
    }

    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let KeysCommand::Rotate(Rotate { settings, data_keys, tenant }) = self.command;
        let ring = settings.key_ring()?;
        let db = settings.database().open().await?;
        let code = if data_keys {
            let keys =
                DataKeys { db: db.clone(), vault: Vault::new(settings.key_ring()?), clock: Arc::new(SystemClock) };
            let rotated = match tenant {
                Some(tenant) => keys.rotate_tenant(TenantId(tenant)).await?,
                None => keys.rotate_all(&ring).await?,
            };
            tell(&rotated)
        } else {
            let done = tenant_keys::rotate(&db, &ring).await?;
            println!(
                "{done} data key(s) are now under master key {:?}; the others are not needed any more",
                ring.current_id()
            );
            ExitCode::SUCCESS
        };
        db.close().await;
        Ok(code)
    }
}

fn tell(rotated: &Rotated) -> ExitCode {
    let Rotated { keys, secrets, failures } = rotated;
    println!("{keys} data key(s) are new, and their predecessors destroyed; {secrets} secret(s) were sealed anew");
    for failure in failures {
        println!("FAIL  {failure}; its data key stays");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
