//! The commands of `switchboard`.

mod demo;
mod doctor;
mod keys;
mod migrate;
mod people;
mod read_document;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use switchboard_bots::reading;

pub use self::read_document::ReadDocument;
use crate::{config::Settings, telemetry};

/// Connects businesses to WhatsApp and answers their customers with AI until a person takes over.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run Switchboard.
    Serve(serve::Serve),
    /// Try Switchboard on this machine, with a stand-in for Meta and the model.
    Demo(demo::Demo),
    /// Bring the database's schema up to date.
    Migrate(migrate::Migrate),
    /// Check the configuration, the database and the keys.
    Doctor(doctor::Doctor),
    /// Master keys and data keys.
    Keys(keys::Keys),
    /// Who signs in.
    People(people::People),
    #[command(name = reading::COMMAND, hide = true)]
    ReadDocument(ReadDocument),
}

impl Command {
    /// `None`: the demo makes its own, and what reads a document has none.
    fn settings(&self) -> Option<&Settings> {
        match self {
            Self::Serve(command) => Some(&command.settings),
            Self::Demo(_) | Self::ReadDocument(_) => None,
            Self::Migrate(command) => Some(&command.settings),
            Self::Doctor(command) => Some(&command.settings),
            Self::Keys(command) => Some(command.settings()),
            Self::People(command) => Some(command.settings()),
        }
    }
}

impl Cli {
    /// What has neither threads nor a runtime: its process is to have nothing that it does not need.
    pub const fn read_document(&self) -> Option<&ReadDocument> {
        match &self.command {
            Command::ReadDocument(command) => Some(command),
            _ => None,
        }
    }

    /// Runs the command. Its result is the process's exit code.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(settings) = self.command.settings() {
            telemetry::start_logging(&settings.log, settings.log_format)?;
        }
        match self.command {
            Command::Serve(command) => Box::pin(command.run()).await,
            Command::Demo(command) => command.run().await,
            Command::Migrate(command) => command.run().await,
            Command::Doctor(command) => Ok(Box::pin(command.run()).await),
            Command::Keys(command) => command.run().await,
            Command::People(command) => command.run().await,
            Command::ReadDocument(command) => command.run(),
        }
    }
}
