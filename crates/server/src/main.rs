use std::process::ExitCode;

use clap::Parser;
use switchboard_server::cli::Cli;

// Long-lived processes keep less memory with it than with the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    // The one provider of TLS, chosen before anything needs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // On the heap: it holds what every subcommand holds.
    Box::pin(Cli::parse().run()).await
}
