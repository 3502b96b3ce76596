//! A server in Graph's place, and clients of it.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers};

use crate::client::GraphClient;
use crate::config::{GraphConfig, http_client_builder};

pub(crate) const APP_SECRET: &str = "app-secret-of-32-hexadecimal-digits";

pub(crate) fn token() -> SecretString {
    "EAAJtoken".into()
}

pub(crate) struct Graph {
    pub(crate) server: MockServer,
    pub(crate) client: GraphClient,
}

impl Graph {
    pub(crate) async fn start() -> Self {
        let server = MockServer::start().await;
        let client = client_at(&server.uri());
        Self { server, client }
    }

    /// Answers every request alike.
    pub(crate) async fn answer(&self, status: u16, body: Value) {
        self.respond(ResponseTemplate::new(status).set_body_json(body)).await;
    }

    pub(crate) async fn respond(&self, response: ResponseTemplate) {
        Mock::given(matchers::any()).respond_with(response).mount(&self.server).await;
    }

    pub(crate) async fn requests(&self) -> Vec<Request> {
        self.server.received_requests().await.expect("requests are recorded unless switched off")
    }
}

pub(crate) fn client_at(base: &str) -> GraphClient {
    client_with(base, http_client_builder())
}

pub(crate) fn client_with(base: &str, http: reqwest::ClientBuilder) -> GraphClient {
    client_of(config_at(base), http)
}

pub(crate) fn client_with_media_timeout(base: &str, media_timeout: Duration) -> GraphClient {
    client_of(GraphConfig { media_timeout, ..config_at(base) }, http_client_builder())
}

fn client_of(config: GraphConfig, http: reqwest::ClientBuilder) -> GraphClient {
    // Already installed by another test of this process: fine.
    rustls::crypto::ring::default_provider().install_default().ok();
    GraphClient::new(config, http.no_proxy().build().unwrap())
}

fn config_at(base: &str) -> GraphConfig {
    let config = GraphConfig::new(base.parse().unwrap(), "v26.0", "670843887433847", APP_SECRET.into());
    GraphConfig { timeout: Duration::from_secs(2), ..config }
}
