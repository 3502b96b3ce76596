//! What a simulator needs to know to start.

use std::fmt;
use std::net::SocketAddr;

/// How a simulator is started.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// Where to listen. Only loopback is accepted; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The Meta app that is simulated.
    pub app_id: String,
    /// Signs webhooks, proves tokens, and is asked for in the code exchange.
    pub app_secret: String,
    /// The app's callback URL; may also be set later with `POST /sim/webhook`.
    pub webhook_url: Option<String>,
    /// Sent in the handshake that `POST /sim/webhook` does.
    pub verify_token: String,
    /// The Graph version that links in answers carry, such as `v26.0`.
    pub graph_version: String,
    /// The Facebook Login for Business configuration the dialog accepts; any when absent.
    pub config_id: Option<String>,
}

impl fmt::Debug for SimulatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorConfig")
            .field("bind", &self.bind)
            .field("app_id", &self.app_id)
            .field("webhook_url", &self.webhook_url)
            .field("graph_version", &self.graph_version)
            .field("config_id", &self.config_id)
            .finish_non_exhaustive()
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The simulator hands out tokens to whoever asks, so it stays on this machine.
    #[error("the simulator listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The address could not be listened on.
    #[error("cannot listen on {bind}")]
    Bind {
        bind: SocketAddr,
        #[source]
        source: std::io::Error,
    },
    /// The program must install a rustls crypto provider before it starts a simulator.
    #[error("no TLS crypto provider is installed in this program")]
    NoTlsProvider,
    /// The HTTP client that delivers webhooks could not be built.
    #[error("cannot build the HTTP client for webhooks")]
    Client(#[source] reqwest::Error),
}
