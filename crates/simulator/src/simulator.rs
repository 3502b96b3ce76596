//! Starting and stopping.

use std::sync::Arc;
use std::{fmt, net::SocketAddr, time::Duration};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;

use crate::config::{SimulatorConfig, SimulatorError};
use crate::webhook::sender::Hooks;
use crate::webhook::statuses;
use crate::world::World;
use crate::world::tokens::{TokenKind, all_scopes};
use crate::{assets, connection, control, dialog, graph, mail, model, oidc, phone, shop};

/// The largest upload, in bytes.
const BODY_MAX: usize = 110 * 1024 * 1024;
const KEEP_ALIVE: Duration = Duration::from_secs(150);

/// A running simulator. It ends with [`Simulator::stop`] or with the program.
pub struct Simulator {
    address: SocketAddr,
    smtp: SocketAddr,
    server: ServerHandle,
    world: Arc<World>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("address", &self.address).field("smtp", &self.smtp).finish_non_exhaustive()
    }
}

impl Simulator {
    /// Starts a simulator inside the tokio runtime this is called in. The program must have
    /// installed a rustls crypto provider before.
    ///
    /// # Errors
    /// See [`SimulatorError`].
    #[expect(clippy::unused_async, reason = "it needs a running runtime, which being async says")]
    pub async fn start(config: SimulatorConfig) -> Result<Self, SimulatorError> {
        let bind = config.bind;
        if !bind.ip().is_loopback() {
            return Err(SimulatorError::NotLoopback(bind));
        }
        let (queues, outlets) = statuses::queues();
        let world = World::new(&config, Hooks::new(&config, queues)?);
        let app = web::Data::from(Arc::clone(&world));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::clone(&app))
                .app_data(web::PayloadConfig::new(BODY_MAX))
                .app_data(control::json_config())
                .configure(assets::configure)
                .configure(dialog::configure)
                .configure(phone::configure)
                .configure(mail::configure)
                .configure(oidc::configure)
                .configure(control::configure)
                .configure(model::configure)
                .configure(shop::configure)
                .configure(graph::configure)
                .default_service(web::to(nothing_here))
        })
        .on_connect(connection::remember)
        .workers(2)
        // Longer than clients keep idle connections, as at Meta: they would meet one that has just been closed.
        .keep_alive(KEEP_ALIVE)
        // A busy machine may keep a client from saying anything for long.
        .client_request_timeout(Duration::ZERO)
        // In seconds: held requests and idle connections do not keep a stop waiting for longer.
        .shutdown_timeout(1)
        .disable_signals()
        .bind(bind)
        .map_err(|source| SimulatorError::Bind { bind, source })?;
        let address = server.addrs().first().copied().unwrap_or(bind);
        world.set_base_url(format!("http://{address}"));
        let smtp = mail::listen(&world, bind).map_err(|source| SimulatorError::Bind { bind, source })?;
        statuses::run(&world, outlets);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        tracing::info!(%address, "simulator started");
        Ok(Self { address, smtp, server: handle, world })
    }

    /// For `GRAPH_API_BASE_URL`, `META_DIALOG_BASE_URL` and `META_SDK_BASE_URL`: `http://127.0.0.1:8090`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// For `META_SYSTEM_TOKEN`: of the app owner's system user.
    pub fn system_token(&self) -> String {
        self.world.issue_token(TokenKind::System, all_scopes(), None)
    }

    /// For `OPENAI_BASE_URL`.
    pub fn model_url(&self) -> String {
        format!("{}/v1", self.base_url())
    }

    /// For `TRANSLATE_URL`.
    pub fn translate_url(&self) -> String {
        format!("{}/libretranslate", self.base_url())
    }

    /// The phone in the browser.
    pub fn phone_url(&self) -> String {
        format!("{}/phone", self.base_url())
    }

    /// For `OIDC_ISSUER`. Its client has the id and the secret of the Meta app.
    pub fn oidc_issuer(&self) -> String {
        format!("{}/oidc", self.base_url())
    }

    /// For `SMTP_URL`.
    pub fn smtp_url(&self) -> String {
        format!("smtp://{}", self.smtp)
    }

    /// The mails in the browser.
    pub fn mail_url(&self) -> String {
        format!("{}/mails", self.base_url())
    }

    /// Ends live streams and deliveries, answers what was asked, and frees the port; within two
    /// seconds.
    pub async fn stop(self) {
        self.world.stopping.cancel();
        self.server.stop(true).await;
    }
}

async fn nothing_here() -> HttpResponse {
    HttpResponse::NotFound().json(json!({"error": "nothing here"}))
}
