//! `switchboard demo`: the whole product on one machine, with a stand-in for Meta and for the model.
//!
//! It is `serve` with other base URLs, a database of its own, secrets made at the first start and kept beside it, and a
//! tenant that has something to say. Nothing in it is reachable from another machine.

mod secrets;
mod seed;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use switchboard_simulator::{Simulator, SimulatorConfig};
use switchboard_store::SystemClock;

use self::secrets::Secrets;
use crate::{
    config::{Config, LogFormat, Settings, Switch},
    serve::{ServeRole, Server},
};

const GRAPH_VERSION: &str = "v26.0";
const META_APP_ID: &str = "100000000000001";
const META_CONFIG_ID: &str = "200000000000002";

/// Where a demo runs and keeps what it knows.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// 0 takes a free one.
    pub port: u16,
    /// 0 takes a free one.
    pub simulator_port: u16,
    pub folder: PathBuf,
    /// Whether web pages of this machine and its network may be read.
    pub private_pages: Switch,
    /// Directives such as `warn,switchboard=info`.
    pub log: String,
}

/// What the dashboard of a demo needs to know: who may sign in, and where the stand-in is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoInfo {
    pub simulator_url: String,
    pub phone_url: String,
    /// Where the mails are that the demo has sent.
    pub mail_url: String,
    pub email: String,
    /// Who runs the demo's installation; with the same password.
    pub admin_email: String,
    pub password: String,
}

/// A running demo.
#[derive(Debug)]
pub struct Demo {
    server: Server,
    simulator: Simulator,
    pub info: DemoInfo,
    pub url: String,
}

impl Demo {
    pub async fn start(options: DemoOptions) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&options.folder)
            .with_context(|| format!("cannot make the folder {}", options.folder.display()))?;
        let secrets = Secrets::load_or_make(&options.folder.join("secrets.json"))?;
        let port = free_port(options.port).context("no port is free for the dashboard")?;
        let url = format!("http://localhost:{port}");
        let simulator = Simulator::start(SimulatorConfig {
            bind: loopback(options.simulator_port),
            app_id: META_APP_ID.into(),
            app_secret: secrets.app_secret.clone(),
            webhook_url: Some(webhook_url(port)),
            verify_token: secrets.verify_token.clone(),
            graph_version: GRAPH_VERSION.into(),
            config_id: Some(META_CONFIG_ID.into()),
        })
        .await?;
        let info = DemoInfo {
            simulator_url: simulator.base_url(),
            phone_url: simulator.phone_url(),
            mail_url: simulator.mail_url(),
            email: seed::EMAIL.into(),
            admin_email: seed::ADMIN_EMAIL.into(),
            password: secrets.password.clone(),
        };
        let mut config = Config::from_settings(&settings(&options, port, &url, &secrets, &simulator))?;
        config.demo = Some(info.clone());
        let roles = [ServeRole::Api, ServeRole::Worker];
        let server = Server::start(config, &roles, Arc::new(SystemClock)).await?;
        seed::seed(&format!("http://127.0.0.1:{port}"), &info.simulator_url, &secrets.password)
            .await
            .context("the demo's tenant cannot be made")?;
        Ok(Self { server, simulator, info, url })
    }

    /// Resolves when something that must run has ended.
    pub async fn failed(&self) {
        self.server.failed().await;
    }

    pub async fn stop(self) {
        self.server.stop().await;
        self.simulator.stop().await;
    }
}

/// Where the simulated Meta posts to. Both sides name it the same, or the doctor finds that they do not.
fn webhook_url(port: u16) -> String {
    format!("http://127.0.0.1:{port}/webhooks/whatsapp")
}

fn settings(options: &DemoOptions, port: u16, url: &str, secrets: &Secrets, simulator: &Simulator) -> Settings {
    Settings {
        bind: loopback(port),
        database_url: format!("sqlite://{}", options.folder.join("switchboard.db").display()).into(),
        database_connections: 4,
        master_keys: Some(secrets.master_keys.clone().into()),
        jwt_secret: Some(secrets.jwt_secret.clone().into()),
        public_url: url.to_owned(),
        meta_app_id: Some(META_APP_ID.into()),
        meta_app_secret: Some(secrets.app_secret.clone().into()),
        meta_config_id: Some(META_CONFIG_ID.into()),
        meta_redirect_uri: None,
        webhook_public_url: Some(webhook_url(port)),
        webhook_override: Switch::Off,
        meta_system_token: Some(simulator.system_token().into()),
        webhook_verify_token: Some(secrets.verify_token.clone().into()),
        graph_api_version: GRAPH_VERSION.into(),
        graph_api_base_url: simulator.base_url(),
        meta_dialog_base_url: simulator.base_url(),
        meta_sdk_base_url: Some(simulator.base_url()),
        openai_api_key: Some("demo".into()),
        openai_base_url: Some(simulator.model_url()),
        openai_model: Some("simulated".into()),
        openai_models: None,
        openai_prompt_price: None,
        openai_completion_price: None,
        openai_embedding_model: None,
        openai_transcription_model: Some("simulated-ear".into()),
        openai_transcription_price: None,
        openai_translation_model: None,
        fallback_openai_api_key: None,
        fallback_openai_base_url: None,
        fallback_openai_model: None,
        fallback_openai_prompt_price: None,
        fallback_openai_completion_price: None,
        translate_url: None,
        translate_api_key: None,
        oidc_issuer: Some(simulator.oidc_issuer()),
        oidc_client_id: Some(META_APP_ID.into()),
        oidc_client_secret: Some(secrets.app_secret.clone().into()),
        oidc_button_label: Some("Simulated single sign-on".into()),
        oidc_sign_up: Switch::On,
        privacy_page: None,
        smtp_url: Some(simulator.smtp_url().into()),
        smtp_from: None,
        platform_admins: Some(seed::ADMIN_EMAIL.to_owned()),
        // Its password is on the screen.
        platform_second_factor: Switch::Off,
        media_store: None,
        media_keep_days: None,
        private_pages: options.private_pages,
        crawl_pause: 1000,
        private_models: Switch::Off,
        // The simulated business has a server on this machine.
        private_tools: Switch::On,
        rate_limits: Switch::On,
        trusted_proxies: 0,
        log: options.log.clone(),
        log_format: LogFormat::Text,
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// The port itself, or one that is free if it is 0: the address must be known before anything is started.
fn free_port(port: u16) -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind(loopback(port))?.local_addr()?.port())
}
