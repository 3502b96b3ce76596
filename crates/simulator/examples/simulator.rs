//! Runs a simulator by hand: `cargo run -p switchboard-simulator --example simulator -- 127.0.0.1:8090`.

use switchboard_simulator::{Simulator, SimulatorConfig};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let bind = std::env::args().nth(1).unwrap_or("127.0.0.1:8090".to_owned());
    let simulator = Simulator::start(SimulatorConfig {
        bind: bind.parse()?,
        app_id: "670843887433847".to_owned(),
        app_secret: "simulated app secret".to_owned(),
        webhook_url: std::env::args().nth(2),
        verify_token: "simulated verify token".to_owned(),
        graph_version: "v26.0".to_owned(),
        config_id: None,
    })
    .await?;
    println!("{}", simulator.base_url());
    tokio::signal::ctrl_c().await?;
    simulator.stop().await;
    Ok(())
}
