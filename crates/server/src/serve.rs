//! Everything that runs in `switchboard serve`: built, started, and ended cleanly.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle, web::Data};
use anyhow::Context;
use clap::ValueEnum;
use reqwest::redirect::Policy;
use switchboard_accounts::{Accounts, AccountsParts};
use switchboard_bots::{
    hearing::{Hearing, HearingParts},
    indexes::Indexes,
    models::{Models, ModelsParts},
    pages::Pages,
    reading::Reader,
    tools::Tools,
    translation::{LibreTranslate, Translations},
    turn::{Sight, TurnParts},
    vectors::VectorParts,
};
use switchboard_inbox::{receipts::Receipts, templates::Templates};
use switchboard_media::MediaStore;
use switchboard_onboarding::Onboarding;
use switchboard_store::{Db, Notifier, SharedClock, Vault};
use switchboard_webhook::receive::Receiver;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    events::EventHub,
    http::{self, AppState, PagePolicy, RateLimits},
    lock_file::LockFile,
    meta, telemetry,
    workers::{self, Supervisor},
};

/// How long workers may finish or release what they hold.
const WORKERS_END: Duration = Duration::from_secs(5);
/// How long requests under way may take to end.
const REQUESTS_END: Duration = Duration::from_secs(3);
/// An idle connection lasts longer than a proxy in front keeps it (Caddy two minutes, nginx one): a proxy that meets a
/// connection which has just been closed answers Meta with 502.
const KEEP_ALIVE: Duration = Duration::from_secs(150);
/// Until the head of a request is here. Longer than a busy machine may take to read what has come in time: whoever is told 408
/// then, Meta too, has to come again.
const HEAD: Duration = Duration::from_secs(30);
/// How long the database may take to close. All three together stay under the ten seconds a supervisor waits.
const DATABASE_END: Duration = Duration::from_secs(1);
/// How long a person who signs in waits for the identity provider.
const PROVIDER_CONNECTS: Duration = Duration::from_secs(3);
const PROVIDER_ANSWERS: Duration = Duration::from_secs(10);
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
const MODEL_USE_EVERY: Duration = Duration::from_secs(1);

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServeRole {
    /// Answers requests.
    Api,
    /// Works on what requests have stored.
    Worker,
}

/// A running process. Dropped without [`Server::stop`], it ends without waiting for anything.
#[derive(Debug)]
pub struct Server {
    address: Option<SocketAddr>,
    state: Data<AppState>,
    http: Option<(ServerHandle, JoinHandle<std::io::Result<()>>)>,
    workers: Supervisor,
    _lock: Option<LockFile>,
}

impl Server {
    /// Opens and migrates the database, and starts the roles.
    pub async fn start(config: Config, roles: &[ServeRole], clock: SharedClock) -> anyhow::Result<Self> {
        let lock = config.database.sqlite_path().map(|path| LockFile::beside(&path)).transpose()?;
        let db = config.database.open().await.context("the database cannot be opened")?;
        db.migrate().await.context("the database cannot be migrated")?;
        let state = Data::new(build_state(config, db, clock).await?);
        workers::recover(&state).await.context("what a crash left behind cannot be taken up")?;
        let workers = Supervisor::new(state.shutdown.clone(), state.failed.clone());
        workers.spawn("upkeep", upkeep(state.clone().into_inner()));
        workers.spawn("model use", model_use(state.clone().into_inner()));
        let mut server = Self { address: None, state, http: None, workers, _lock: lock };
        if roles.contains(&ServeRole::Api) {
            server.follow_events();
            server.listen()?;
        }
        if roles.contains(&ServeRole::Worker) {
            workers::start(&server.workers, &server.state)?;
        }
        Ok(server)
    }

    /// Returns when something has died that the process cannot do without. It should be stopped then, and end with a
    /// failure, so that whoever supervises it starts another.
    pub async fn failed(&self) {
        self.state.failed.cancelled().await;
    }

    fn follow_events(&self) {
        let (events, stop) = (self.state.events.clone(), self.state.shutdown.clone());
        self.workers.spawn("events", async move { events.run(stop).await });
    }

    /// Where it listens; `None` for a process that only works.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    pub fn state(&self) -> &Data<AppState> {
        &self.state
    }

    fn listen(&mut self) -> anyhow::Result<()> {
        let state = self.state.clone();
        let server = HttpServer::new(move || http::app(state.clone()))
            .workers(std::thread::available_parallelism().map_or(2, usize::from))
            .shutdown_timeout(REQUESTS_END.as_secs())
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD)
            .disable_signals()
            .bind(self.state.config.bind)
            .with_context(|| format!("cannot listen on {}", self.state.config.bind))?;
        self.address = server.addrs().first().copied();
        let server = server.run();
        self.http = Some((server.handle(), tokio::spawn(server)));
        Ok(())
    }

    /// Stops accepting, lets workers finish or release what they hold, then requests, then closes the database.
    ///
    /// Workers go first: a connection to PostgreSQL that a request opened dies with the thread that serves requests.
    pub async fn stop(self) {
        self.state.shutdown.cancel();
        if let Some((handle, _)) = &self.http {
            handle.pause().await;
        }
        if tokio::time::timeout(WORKERS_END, self.workers.ended()).await.is_err() {
            tracing::warn!("some workers did not end in time; what they held is taken up again later");
        }
        if let Some((handle, server)) = self.http {
            handle.stop(true).await;
            if let Ok(Err(error)) = server.await {
                tracing::warn!(%error, "the server did not end well");
            }
        }
        // What was asked for while others ended.
        store_model_use(&self.state).await;
        if tokio::time::timeout(DATABASE_END, self.state.db.close()).await.is_err() {
            tracing::warn!("the database was still in use");
        }
    }
}

async fn build_state(config: Config, db: Db, clock: SharedClock) -> anyhow::Result<AppState> {
    let vault = Vault::new(config.key_ring()?);
    let key_ring = Arc::new(config.key_ring()?);
    let notifier = Notifier::start(&db);
    let graph = meta::graph(&config.meta)?;
    let onboarding = meta::onboarding(&config.meta, &config.webhook);
    let models = Models::new(ModelsParts {
        db: db.clone(),
        clock: clock.clone(),
        vault: vault.clone(),
        platform: config.models.clone(),
        private: config.private_models,
    })
    .context("OPENAI_BASE_URL, OPENAI_API_KEY or their fallbacks are not usable")?;
    let media = MediaStore::open(&config.media.store)?;
    if !media.is_shared() && !db.is_sqlite() {
        tracing::warn!(store = %config.media.store, "files are kept on this machine: give MEDIA_STORE an s3:// address, or a \
            folder that all share, before running more than one process");
    }
    Ok(AppState {
        accounts: with_provider(
            &config,
            Accounts::new(AccountsParts {
                db: db.clone(),
                vault: vault.clone(),
                clock: clock.clone(),
                notifier: notifier.clone(),
                key_ring: Arc::clone(&key_ring),
                jwt_secret: &config.jwt_secret,
                public_url: config.public_url.as_str().trim_end_matches('/').to_owned(),
                mail: config.smtp.is_some(),
                platform: config.platform.clone(),
            }),
        )?,
        onboarding: Onboarding::new(
            db.clone(),
            vault.clone(),
            clock.clone(),
            graph.clone(),
            notifier.clone(),
            onboarding,
        ),
        templates: Templates {
            db: db.clone(),
            clock: clock.clone(),
            vault: vault.clone(),
            graph: graph.clone(),
            notifier: notifier.clone(),
        },
        bots: TurnParts {
            db: db.clone(),
            clock: clock.clone(),
            notifier: notifier.clone(),
            models: models.clone(),
            indexes: Indexes::default(),
            vectors: VectorParts::new(db.clone(), clock.clone(), notifier.clone()),
            tools: Tools::new(vault.clone(), config.private_tools).context("the client of bots' tools")?,
            sight: Sight::new(media.clone()),
            receipts: Receipts::new(db.clone(), vault.clone(), graph.clone()),
        },
        graph,
        hearing: Hearing::new(HearingParts {
            db: db.clone(),
            clock: clock.clone(),
            notifier: notifier.clone(),
            store: media.clone(),
            models: models.clone(),
        }),
        translations: Translations::new(db.clone(), clock.clone(), models, libre_translate(&config)?),
        media,
        pages: Pages::new(config.private_pages, config.crawl_pause, Reader::new(config.program.clone())),
        receiver: Receiver::start(&db, clock.clone(), notifier.clone(), config.meta.app_secrets.clone()),
        events: EventHub::open(db.clone(), notifier.clone()).await?,
        key_ring,
        notifier,
        page_policy: PagePolicy::new(config.meta.sdk.as_ref()),
        rate_limits: config.rate_limits.then(RateLimits::default),
        metrics: telemetry::metrics()?,
        shutdown: CancellationToken::new(),
        failed: CancellationToken::new(),
        config,
        db,
        vault,
        clock,
    })
}

/// The server that translates in the models' place, if there is one.
fn libre_translate(config: &Config) -> anyhow::Result<Option<LibreTranslate>> {
    let Some(server) = &config.translate else { return Ok(None) };
    let server = LibreTranslate::new(&server.base_url, server.api_key.clone(), plain_client()?);
    Ok(Some(server.context("TRANSLATE_URL is not usable")?))
}

fn plain_client() -> anyhow::Result<reqwest::Client> {
    // No redirects: one could carry the key to another host.
    let http = reqwest::Client::builder().connect_timeout(PROVIDER_CONNECTS).redirect(Policy::none());
    http.build().context("a client cannot be built")
}

/// Lets people sign in at the identity provider, if there is one.
fn with_provider(config: &Config, accounts: Accounts) -> anyhow::Result<Accounts> {
    let Some(oidc) = &config.oidc else { return Ok(accounts) };
    let http = reqwest::Client::builder()
        // A redirect could lead anywhere, with the client's secret.
        .redirect(Policy::none())
        .connect_timeout(PROVIDER_CONNECTS)
        .timeout(PROVIDER_ANSWERS)
        .build()
        .context("the client for the identity provider cannot be built")?;
    Ok(accounts.with_oidc(oidc.provider.clone(), http))
}

/// Keeps the memory of measurements and counts bounded.
async fn upkeep(state: Arc<AppState>) {
    loop {
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            () = tokio::time::sleep(UPKEEP_EVERY) => {}
        }
        state.metrics.run_upkeep();
        if let Some(limits) = &state.rate_limits {
            limits.tidy();
        }
    }
}

/// Stores what was asked of models, in every process that asks: budgets are compared with what is stored.
async fn model_use(state: Arc<AppState>) {
    while !state.shutdown.is_cancelled() {
        tokio::select! {
            () = state.shutdown.cancelled() => {}
            () = tokio::time::sleep(MODEL_USE_EVERY) => store_model_use(&state).await,
        }
    }
}

async fn store_model_use(state: &AppState) {
    if let Err(error) = state.bots.models.store_use().await {
        tracing::error!(%error, "what was asked of models could not be stored; it is tried again");
    }
}
