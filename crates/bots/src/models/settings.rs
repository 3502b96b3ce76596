//! Servers that tenants bring along.

use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::Place;
use switchboard_store::{
    Conn, Purpose, Scope, TenantId, VaultError,
    model_server::{self, ModelServer},
    new_id, preparation, tenant,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{Choices, Models, Names, Prices, ServerConfig, server::Server};
use crate::{
    bot::{InvalidSetting, check_budget},
    model::ModelError,
    outward,
    prompt::{ChatMessage, Role},
};

/// The one that is asked first, and the one that is asked where that fails.
pub const POSITIONS: [i64; 2] = [0, 1];
/// Characters.
const LONGEST_URL: usize = 500;
const LONGEST_KEY: usize = 1_000;
const LONGEST_NAME: usize = 200;
/// A thousand dollars, for a million tokens or a minute.
const HIGHEST_PRICE: i64 = 1_000_000_000;

/// What is to become of the key.
#[derive(Debug, Clone)]
pub enum KeyChange {
    /// It stays as it is stored.
    Keep,
    Remove,
    Set(SecretString),
}

/// A server as somebody wants it.
#[derive(Debug, Clone)]
pub struct Draft {
    pub base_url: String,
    pub key: KeyChange,
    pub names: Names,
    pub prices: Prices,
}

#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    #[error("there is no such server")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<switchboard_store::Error> for ModelsError {
    fn from(error: switchboard_store::Error) -> Self {
        Self::Vault(error.into())
    }
}

/// What asking a server came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub models: Vec<CheckedModel>,
    /// What the server says that it has, if it says; at most 500.
    pub offers: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedModel {
    pub purpose: Purpose,
    pub name: String,
    pub took: Duration,
    /// `None`: it works.
    pub problem: Option<ModelError>,
}

pub(super) fn place(tenant: TenantId, id: Uuid) -> Place {
    Place { tenant: tenant.0, table: "model_server", column: "api_key", row: id }
}

impl Draft {
    fn check(mut self, private: bool) -> Result<Self, InvalidSetting> {
        let error = |field, message| Err(InvalidSetting { field, message });
        self.base_url = self.base_url.trim().to_owned();
        let url = Url::parse(&self.base_url).ok().filter(|_| self.base_url.chars().count() <= LONGEST_URL);
        if !url.is_some_and(|url| outward::may_name(&url, private)) {
            return error(
                "base_url",
                "must be an https address of the public internet, such as https://api.openai.com/v1",
            );
        }
        if let KeyChange::Set(key) = &self.key
            && (key.expose_secret().len() > LONGEST_KEY || !key.expose_secret().chars().all(|c| c.is_ascii_graphic()))
        {
            return error("api_key", "must be a key as the provider shows it, without spaces");
        }
        for (field, name) in [
            ("answering", &mut self.names.answering),
            ("embedding", &mut self.names.embedding),
            ("transcription", &mut self.names.transcription),
            ("translation", &mut self.names.translation),
        ] {
            *name = name.take().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            if name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
                return error(field, "must have at most 200 characters");
            }
        }
        if self.names == Names::default() {
            return error("answering", "at least one model must be named");
        }
        for (field, price) in [("prompt_price", self.prices.prompt), ("completion_price", self.prices.completion)] {
            if price.is_some_and(|price| !(0..=HIGHEST_PRICE).contains(&price)) {
                return error(field, "must be between 0 and 1,000 dollars for a million tokens, or null");
            }
        }
        if self.prices.minute.is_some_and(|price| !(0..=HIGHEST_PRICE).contains(&price)) {
            return error("minute_price", "must be between 0 and 1,000 dollars for a minute, or null");
        }
        Ok(self)
    }
}

impl Models {
    /// Stores a tenant's server, in place of the one that was there. Turns that are thought about finish as they began.
    pub async fn put(
        &self,
        conn: &mut Conn<'_>,
        tenant: TenantId,
        position: i64,
        draft: Draft,
    ) -> Result<ModelServer, ModelsError> {
        let (draft, now) = (draft.check(self.private)?, self.clock.now());
        tenant::lock(conn, tenant).await?;
        let stored = stored(conn, tenant, position).await?;
        let id = stored.as_ref().map_or_else(|| new_id(now), |stored| stored.id);
        let api_key = match &draft.key {
            KeyChange::Remove => None,
            KeyChange::Set(key) => {
                Some(self.vault.seal(conn, &place(tenant, id), key.expose_secret().as_bytes()).await?)
            }
            KeyChange::Keep => kept_key(stored.as_ref(), &draft.base_url)?,
        };
        let server = ModelServer {
            tenant_id: tenant,
            id,
            position,
            base_url: draft.base_url,
            api_key,
            answering: draft.names.answering,
            embedding: draft.names.embedding,
            transcription: draft.names.transcription,
            translation: draft.names.translation,
            prompt_price: draft.prices.prompt,
            completion_price: draft.prices.completion,
            minute_price: draft.prices.minute,
            created_at: stored.as_ref().map_or(now, |stored| stored.created_at),
            updated_at: now,
        };
        match stored {
            Some(_) => model_server::update(conn, &server).await?,
            None => model_server::insert(conn, &server).await?,
        }
        self.changed(conn, tenant).await?;
        Ok(server)
    }

    /// What models may use on one day of the business; `None`: as much as it takes.
    pub async fn set_budget(
        &self,
        conn: &mut Conn<'_>,
        tenant: TenantId,
        tokens: Option<i64>,
        cost_micros: Option<i64>,
    ) -> Result<(), ModelsError> {
        check_budget(tokens, cost_micros)?;
        Ok(tenant::set_budget(conn, tenant, tokens, cost_micros).await?)
    }

    pub async fn remove(&self, conn: &mut Conn<'_>, tenant: TenantId, position: i64) -> Result<(), ModelsError> {
        if !model_server::delete(conn, tenant, position).await? {
            return Err(ModelsError::NotFound);
        }
        Ok(self.changed(conn, tenant).await?)
    }

    /// Another model's vectors are made at once, so that no customer is the first to wait for them.
    async fn changed(&self, conn: &mut Conn<'_>, tenant: TenantId) -> switchboard_store::Result<()> {
        tenant::touch_models(conn, tenant).await?;
        preparation::ask_all(conn, tenant, self.clock.now()).await
    }

    /// Asks a server as it would be, each of its models once. Stores nothing.
    pub async fn check(&self, tenant: TenantId, position: i64, draft: Draft) -> Result<Checked, ModelsError> {
        let draft = draft.check(self.private)?;
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let stored = stored(conn, tenant, position).await?;
        let key = match draft.key {
            KeyChange::Remove => None,
            KeyChange::Set(key) => Some(key),
            KeyChange::Keep => match (kept_key(stored.as_ref(), &draft.base_url)?, &stored) {
                (Some(sealed), Some(row)) => Some(self.vault.open_text(conn, &place(tenant, row.id), &sealed).await?),
                _ => None,
            },
        };
        drop(tx);
        let config = ServerConfig::new(draft.base_url, key, draft.names, Choices::Any, draft.prices);
        let unusable = |_| InvalidSetting { field: "base_url", message: "is not an address that can be asked" };
        let server = Server::new(&config, self.guarded.clone()).map_err(unusable)?;
        Ok(ask_all(&server).await)
    }
}

async fn stored(conn: &mut Conn<'_>, tenant: TenantId, position: i64) -> Result<Option<ModelServer>, ModelsError> {
    let servers = model_server::of_tenant(conn, tenant).await?;
    Ok(servers.into_iter().find(|server| server.position == position))
}

fn kept_key(stored: Option<&ModelServer>, base_url: &str) -> Result<Option<Vec<u8>>, InvalidSetting> {
    let Some(stored) = stored else { return Ok(None) };
    if stored.api_key.is_some() && outward::is_elsewhere(&stored.base_url, base_url) {
        return Err(InvalidSetting {
            field: "api_key",
            message: "must be entered again, since the address is another",
        });
    }
    Ok(stored.api_key.clone())
}

/// What is said into a microphone cannot be asked here: whether a server offers the model must do.
async fn ask_all(server: &Server) -> Checked {
    let offers = server.model.offers().await.unwrap_or_default();
    let mut models: Vec<CheckedModel> = Vec::new();
    for purpose in Purpose::ALL.iter().copied() {
        let Some(name) = server.names.of(purpose) else { continue };
        if models.iter().any(|model| model.name == name) {
            continue;
        }
        let began = Instant::now();
        let problem = match purpose {
            Purpose::Answering | Purpose::Translation => {
                let hello = ChatMessage { role: Role::User, content: "Say hello.".into() };
                server.model.complete(name, &[hello]).await.err()
            }
            Purpose::Embedding => server.model.embed(name, &["hello"]).await.err(),
            Purpose::Transcription => (!offers.is_empty() && !offers.iter().any(|offer| offer == name))
                .then(|| ModelError::Refused { status: 404, code: Some("model_not_found".into()) }),
        };
        models.push(CheckedModel { purpose, name: name.to_owned(), took: began.elapsed(), problem });
    }
    Checked { models, offers }
}
