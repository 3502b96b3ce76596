use std::process::ExitCode;

use clap::Parser;
use switchboard_server::cli::Cli;

// Long-lived processes keep less memory with it than with the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    if let Some(command) = cli.read_document() {
        return command.run();
    }
    // The one provider of TLS, chosen before anything needs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // On the heap: it holds what every subcommand holds.
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(Box::pin(cli.run()))
}
