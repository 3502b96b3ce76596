use std::{process::ExitCode, sync::Arc};

use anyhow::bail;
use clap::Args;
use switchboard_store::SystemClock;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    config::{Config, Settings},
    serve::{ServeRole, Server},
};

/// `switchboard serve`
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// What this process does; several processes share the work on `PostgreSQL`.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [ServeRole::Api, ServeRole::Worker])]
    roles: Vec<ServeRole>,
    #[command(flatten)]
    pub(super) settings: Settings,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::from_settings(&self.settings)?;
        let does_all = [ServeRole::Api, ServeRole::Worker].iter().all(|role| self.roles.contains(role));
        if config.database.sqlite_path().is_some() && !does_all {
            bail!("SQLite is for one process, which does everything: leave --roles out, or use PostgreSQL");
        }
        // Before anything starts: a signal in the meantime must not kill what has begun.
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let server = Server::start(config, &self.roles, Arc::new(SystemClock)).await?;
        if let Some(address) = server.address() {
            tracing::info!(%address, "ready");
        } else {
            tracing::info!("ready, without answering requests");
        }
        let code = tokio::select! {
            _ = terminate.recv() => ExitCode::SUCCESS,
            _ = interrupt.recv() => ExitCode::SUCCESS,
            () = server.failed() => ExitCode::FAILURE,
        };
        tracing::info!("ending");
        server.stop().await;
        Ok(code)
    }
}
