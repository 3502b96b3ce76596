//! Which server is asked for what, for whom: a tenant's own where it has brought one for the purpose, else the
//! installation's; the second where the first fails. What is asked is counted.

mod breaker;
mod meter;
mod server;
mod settings;

use std::{sync::Arc, time::Duration};

use moka::future::Cache;
use secrecy::SecretString;
use switchboard_inbox::turns::Spent;
use switchboard_store::{
    Conn, Db, Purpose, Result, SharedClock, TenantId, Vault, VaultError, Zone,
    bot::Bot,
    model_server::{self, ModelServer},
    model_use::{self, Spending},
    tenant::{self, ModelPolicy},
};
use tokio::time::timeout;
use uuid::Uuid;

use self::{
    meter::{Key, Meter, Used},
    server::{Call, Server},
};
use crate::{
    bot::InvalidSetting,
    model::{Completion, ModelError, Prompt},
    outward,
};

pub(crate) use self::server::Sound;
pub use self::{
    server::{Choices, Names, Prices, ServerConfig},
    settings::{Checked, CheckedModel, Draft, KeyChange, ModelsError, POSITIONS},
};

/// Tenants whose servers are kept in memory.
const TENANTS: u64 = 10_000;
const IDLE: Duration = Duration::from_mins(30);

/// What they are made of.
#[derive(Debug, Clone)]
pub struct ModelsParts {
    pub db: Db,
    pub clock: SharedClock,
    pub vault: Vault,
    /// The installation's own: the one that is asked first, then the one that is asked where that fails.
    pub platform: Vec<ServerConfig>,
    /// Whether a tenant's server may be at an address that is not of the public internet.
    pub private: bool,
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Models {
    db: Db,
    clock: SharedClock,
    vault: Vault,
    private: bool,
    platform: Arc<[Server]>,
    /// For servers that tenants have named.
    guarded: reqwest::Client,
    own: Cache<TenantId, (i64, Arc<[Server]>)>,
    meter: Meter,
}

/// What is asked for, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub purpose: Purpose,
    /// `None`: for people.
    pub bot: Option<Uuid>,
    /// What the first server is asked for instead of its own model, where that may be chosen there.
    pub model: Option<&'a str>,
    /// How long whoever asks waits, where that is less than a server may take. An answer that does not come within it is none,
    /// and the server has failed: else one that hangs would be asked again and again.
    pub patience: Option<Duration>,
}

impl<'a> Ask<'a> {
    /// What a bot asks to answer a customer.
    pub(crate) fn of(bot: &'a Bot) -> Self {
        Self { purpose: Purpose::Answering, bot: Some(bot.id), model: bot.model.as_deref(), patience: None }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub completion: Completion,
    pub model: String,
    pub spent: Spent,
}

impl Models {
    /// Fails where a server of the installation's is not usable.
    pub fn new(parts: ModelsParts) -> Result<Self, ModelError> {
        let client =
            |private| outward::client(private).map_err(|_| ModelError::Misconfigured("the client cannot be built"));
        let trusted = client(true)?;
        let platform = parts.platform.iter().map(|config| Server::new(config, trusted.clone()));
        Ok(Self {
            platform: platform.collect::<Result<_, _>>()?,
            guarded: client(parts.private)?,
            own: Cache::builder().max_capacity(TENANTS).time_to_idle(IDLE).build(),
            meter: Meter::default(),
            db: parts.db,
            clock: parts.clock,
            vault: parts.vault,
            private: parts.private,
        })
    }

    /// A tenant's. `policy` must have been read in the same transaction.
    pub async fn of(&self, conn: &mut Conn<'_>, tenant: TenantId, policy: &ModelPolicy) -> Result<TenantModels> {
        Ok(TenantModels {
            tenant,
            policy: policy.clone(),
            zone: Zone::of(&policy.time_zone),
            own: self.own(conn, tenant, policy.models_version).await?,
            platform: Arc::clone(&self.platform),
            clock: Arc::clone(&self.clock),
            meter: self.meter.clone(),
        })
    }

    /// As [`Models::of`], for whoever has not read the policy; `None`: there is no such tenant.
    pub async fn of_tenant(&self, conn: &mut Conn<'_>, tenant: TenantId) -> Result<Option<TenantModels>> {
        match tenant::model_policy(conn, tenant).await? {
            Some(policy) => self.of(conn, tenant, &policy).await.map(Some),
            None => Ok(None),
        }
    }

    async fn own(&self, conn: &mut Conn<'_>, tenant: TenantId, version: i64) -> Result<Arc<[Server]>> {
        if let Some((of, own)) = self.own.get(&tenant).await
            && of == version
        {
            return Ok(own);
        }
        let mut servers = Vec::new();
        for row in model_server::of_tenant(conn, tenant).await? {
            let key = self.key(conn, &row).await?;
            match Server::new(&config(&row, key), self.guarded.clone()) {
                Ok(server) => servers.push(server),
                Err(error) => tracing::error!(%error, tenant.id = %tenant, "a server of a tenant's is not usable"),
            }
        }
        let own: Arc<[Server]> = servers.into();
        self.own.insert(tenant, (version, Arc::clone(&own))).await;
        Ok(own)
    }

    /// A key that cannot be opened is none: the server refuses then, people are called, and nobody else is asked instead.
    async fn key(&self, conn: &mut Conn<'_>, row: &ModelServer) -> Result<Option<SecretString>> {
        let Some(sealed) = &row.api_key else { return Ok(None) };
        match self.vault.open_text(conn, &settings::place(row.tenant_id, row.id), sealed).await {
            Ok(key) => Ok(Some(key)),
            Err(VaultError::Store(error)) => Err(error),
            Err(error) => {
                tracing::error!(%error, tenant.id = %row.tenant_id, "the key of a tenant's server cannot be opened");
                Ok(None)
            }
        }
    }

    /// What the installation would ask for a purpose; `None`: it has no model for it.
    pub fn platform_name(&self, purpose: Purpose) -> Option<&str> {
        self.platform.iter().find_map(|server| server.names.of(purpose))
    }

    /// The models that bots may have asked on the installation's server, besides the one that answers.
    pub fn platform_choices(&self) -> &[String] {
        let answers = self.platform.iter().find(|server| server.names.answering.is_some());
        answers.map_or(&[], Server::choices)
    }

    /// Stores what was counted since the last time. What is not stored when a process dies is not counted; turns keep
    /// their own count.
    pub async fn store_use(&self) -> Result<()> {
        self.meter.store(&self.db).await
    }
}

fn config(row: &ModelServer, api_key: Option<SecretString>) -> ServerConfig {
    let prices = Prices { prompt: row.prompt_price, completion: row.completion_price, minute: row.minute_price };
    ServerConfig::new(row.base_url.clone(), api_key, Names::from(row), Choices::Any, prices)
}

/// The servers that are asked for one tenant.
#[derive(Debug, Clone)]
pub struct TenantModels {
    tenant: TenantId,
    policy: ModelPolicy,
    zone: Zone,
    own: Arc<[Server]>,
    platform: Arc<[Server]>,
    clock: SharedClock,
    meter: Meter,
}

impl TenantModels {
    /// The model that is asked first for a purpose; `None`: there is none.
    pub fn name(&self, purpose: Purpose) -> Option<&str> {
        self.servers(purpose, None).first().map(|(_, name)| *name)
    }

    /// As [`TenantModels::name`], for answers; `wanted`: as in [`Ask`].
    pub(crate) fn answering<'a>(&'a self, wanted: Option<&'a str>) -> Option<&'a str> {
        self.servers(Purpose::Answering, wanted).first().map(|(_, name)| *name)
    }

    /// Whether a bot may have this model asked. One that it has had so far may stay: where it may not be asked any more,
    /// the server's own is, and nobody is kept from changing something else.
    pub(crate) fn check_choice(&self, had: Option<&str>, wanted: Option<&str>) -> Result<(), InvalidSetting> {
        if wanted.is_none() || wanted == had || self.answering(wanted) == wanted {
            return Ok(());
        }
        Err(InvalidSetting {
            field: "model",
            message: "must be a model that this installation offers, unless the business has a server of its own",
        })
    }

    /// Whether one of those that answer may be able to see; `model`: as in [`Ask`].
    pub(crate) fn may_see(&self, model: Option<&str>) -> bool {
        self.servers(Purpose::Answering, model).into_iter().any(|(server, name)| server.model.may_see(name))
    }

    /// Those that are for a purpose, with what they are asked for, in the order they are asked. `wanted`: as in [`Ask`].
    fn servers<'a>(&'a self, purpose: Purpose, wanted: Option<&'a str>) -> Vec<(&'a Server, &'a str)> {
        let of = |servers: &'_ Arc<[Server]>| servers.iter().any(|server| server.names.of(purpose).is_some());
        let servers = if of(&self.own) { &self.own } else { &self.platform };
        let named = servers.iter().filter_map(|server| Some((server, server.names.of(purpose)?)));
        let mut named: Vec<(&Server, &str)> = named.collect();
        if let (Some((server, name)), Some(wanted)) = (named.first_mut(), wanted)
            && server.may_be_asked_for(wanted)
        {
            *name = wanted;
        }
        named
    }

    /// How servers of the tenant's own stand, in the order they are asked: until when one of its models is left alone after it
    /// has failed; `None`: all are asked.
    pub fn resting(&self) -> Vec<Option<switchboard_store::Millis>> {
        let now = self.clock.now();
        self.own.iter().map(|server| server.breakers.resting(now)).collect()
    }

    /// Whether nothing more is to be spent today, by the tenant or by this bot of it.
    pub async fn is_spent(&self, conn: &mut Conn<'_>, bot: Option<&Bot>) -> Result<bool> {
        let day = self.day();
        let limits =
            |tokens: Option<i64>, cost: Option<i64>| (tokens.is_some() || cost.is_some()).then_some((tokens, cost));
        if let Some(limits) = limits(self.policy.tokens_per_day, self.policy.cost_per_day)
            && is_reached(limits, model_use::spent(conn, self.tenant, &day).await?)
        {
            return Ok(true);
        }
        if let Some(bot) = bot
            && let Some(limits) = limits(bot.tokens_per_day, bot.cost_per_day)
        {
            return Ok(is_reached(limits, model_use::spent_by(conn, self.tenant, bot.id, &day).await?));
        }
        Ok(false)
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Asks for an answer, one server after the other until one gives it. Fails with what may pass by itself, if any of
    /// it may.
    pub async fn complete(&self, ask: Ask<'_>, prompt: &Prompt<'_>) -> Result<Answered, ModelError> {
        let (completion, model, spent) = self.first(ask, self.servers(ask.purpose, ask.model), prompt).await?;
        Ok(Answered { completion, model, spent })
    }

    /// Asks for the vectors of some texts, of one server: those of another could not be compared with them.
    pub async fn embed(&self, ask: Ask<'_>, texts: &[&str]) -> Result<Vec<Vec<f32>>, ModelError> {
        let server = self.servers(ask.purpose, ask.model).into_iter().take(1);
        Ok(self.first(ask, server, texts).await?.0)
    }

    /// Asks for what is said in a sound, and tells which model has heard it; one server after the other.
    pub(crate) async fn hear(&self, bot: Option<Uuid>, sound: Sound<'_>) -> Result<(String, String), ModelError> {
        let ask = Ask { purpose: Purpose::Transcription, bot, model: None, patience: None };
        let (text, model, _) = self.first(ask, self.servers(ask.purpose, ask.model), &sound).await?;
        Ok((text, model))
    }

    async fn first<'a, C: Call + ?Sized>(
        &self,
        ask: Ask<'_>,
        servers: impl IntoIterator<Item = (&'a Server, &'a str), IntoIter: Send> + Send,
        call: &C,
    ) -> Result<(C::Outcome, String, Spent), ModelError> {
        let mut failure = None;
        for (server, name) in servers {
            let asked = match server.breakers.admit(ask.purpose, name, self.clock.now()) {
                Ok(()) => self.ask(server, ask, name, call).await,
                Err(wait) => Err(ModelError::resting(wait)),
            };
            match asked {
                Ok((outcome, spent)) => return Ok((outcome, name.to_owned(), spent)),
                Err(error) => failure = failure.filter(ModelError::is_retryable).or(Some(error)),
            }
        }
        Err(failure.unwrap_or(ModelError::Misconfigured("there is no model for this")))
    }

    async fn ask<C: Call + ?Sized>(
        &self,
        server: &Server,
        ask: Ask<'_>,
        name: &str,
        call: &C,
    ) -> Result<(C::Outcome, Spent), ModelError> {
        let asked = match ask.patience {
            Some(patience) => timeout(patience, call.put(server, name)).await.unwrap_or(Err(ModelError::Timeout)),
            None => call.put(server, name).await,
        };
        server.breakers.note(ask.purpose, name, self.clock.now(), asked.as_ref().err());
        let spent = asked.as_ref().map(|(_, spent)| *spent).unwrap_or_default();
        self.count(ask, name, Used::of(spent, asked.is_err()));
        if let Err(error) = &asked {
            tracing::warn!(tenant.id = %self.tenant, model = name, %error, "a model gave no answer");
        }
        asked
    }

    fn count(&self, ask: Ask<'_>, model: &str, used: Used) {
        let purpose = ask.purpose.as_str();
        if used.failures > 0 {
            metrics::counter!("switchboard_model_failures_total", "purpose" => purpose).increment(1);
        }
        for (kind, tokens) in [("prompt", used.prompt_tokens), ("completion", used.completion_tokens)] {
            metrics::counter!("switchboard_model_tokens_total", "kind" => kind, "purpose" => purpose)
                .increment(tokens.unsigned_abs());
        }
        let (tenant, bot, purpose) = (self.tenant, ask.bot.unwrap_or(Uuid::nil()), ask.purpose);
        self.meter.add(Key { tenant, day: self.day(), bot, purpose, model: model.to_owned() }, used);
    }

    /// Of the business.
    fn day(&self) -> String {
        self.zone.local(self.clock.now()).day.to_string()
    }
}

fn is_reached((tokens, cost): (Option<i64>, Option<i64>), spent: Spending) -> bool {
    tokens.is_some_and(|most| spent.tokens >= most) || cost.is_some_and(|most| spent.cost_micros >= most)
}
