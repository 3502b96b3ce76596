use std::process::ExitCode;

use clap::Args;
use switchboard_bots::reading::{self, Format};

/// What `serve` runs to have one document read, with a limit on everything. For nobody else.
#[derive(Debug, Args)]
pub struct ReadDocument {
    /// As the document's name would end.
    format: String,
    /// What whoever sent it says that it is written in.
    charset: Option<String>,
}

impl ReadDocument {
    /// # Errors
    /// Where the process cannot be confined, or its output is gone.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let format = Format::of_name(&format!("document.{}", self.format))?;
        reading::answer(format, self.charset.as_deref())?;
        Ok(ExitCode::SUCCESS)
    }
}
