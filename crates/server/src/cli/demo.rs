use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    config::{LogFormat, Switch},
    demo::{Demo as Running, DemoOptions},
    telemetry,
};

/// `switchboard demo`
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The dashboard's port; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the stand-in for Meta and the model; 0 takes a free one.
    #[arg(long, default_value_t = 8090)]
    simulator_port: u16,
    /// Where the demo keeps its database and its secrets. Delete it to begin anew.
    #[arg(long, default_value = ".demo")]
    data_dir: PathBuf,
    /// Lets the bots read web pages of this machine and its network.
    #[arg(long, env = "SWITCHBOARD_PRIVATE_PAGES", value_enum, default_value_t = Switch::Off)]
    private_pages: Switch,
    /// What is logged: a level, or directives.
    #[arg(long, env = "SWITCHBOARD_LOG", default_value = "warn")]
    log: String,
}

impl Demo {
    #[expect(clippy::print_stdout, reason = "this is what the command is for: to say where to click")]
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        telemetry::start_logging(&self.log, LogFormat::Text)?;
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let demo = Running::start(DemoOptions {
            port: self.port,
            simulator_port: self.simulator_port,
            folder: self.data_dir,
            private_pages: self.private_pages,
            log: self.log,
        })
        .await?;
        println!("Switchboard's demo is running. Nothing leaves this machine.\n");
        println!("  Dashboard  {}/", demo.url);
        println!("  Sign in    {}   {}", demo.info.email, demo.info.password);
        println!("  Platform   {}   the same password", demo.info.admin_email);
        println!("  Phone      {}", demo.info.phone_url);
        println!("  Mails      {}", demo.info.mail_url);
        println!("  Simulator  {}/\n", demo.info.simulator_url);
        println!("1. Open the dashboard, sign in, and click \"Connect WhatsApp\".");
        println!("2. Open the phone and write to the bakery: \"What time do you open?\"");
        println!("3. Take the conversation over in the dashboard, answer by hand, and hand it back.\n");
        println!("Ctrl-C ends it.");
        let code = tokio::select! {
            _ = terminate.recv() => ExitCode::SUCCESS,
            _ = interrupt.recv() => ExitCode::SUCCESS,
            () = demo.failed() => ExitCode::FAILURE,
        };
        demo.stop().await;
        Ok(code)
    }
}
