//! One server, its models, and how it fares.

use std::time::Duration;

use secrecy::SecretString;
use switchboard_inbox::turns::Spent;
use switchboard_store::{Purpose, model_server::ModelServer};

use super::breaker::Breakers;
use crate::hearing::Transcriber;
use crate::model::{Completion, HIGHEST_COST, Model, ModelConfig, ModelError, Prompt};

/// From the question to the whole answer. A customer is waiting: beyond this another try, or a person, is better.
const TIMEOUT: Duration = Duration::from_secs(30);
/// In tokens. An answer is shorter by far; a model that thinks first counts its thoughts, too.
const MAX_OUTPUT: u32 = 4_000;

/// The model for each purpose; `None`: the server is not for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub answering: Option<String>,
    pub embedding: Option<String>,
    pub transcription: Option<String>,
    /// `None`: the one that answers translates.
    pub translation: Option<String>,
}

impl From<&ModelServer> for Names {
    fn from(row: &ModelServer) -> Self {
        Self {
            answering: row.answering.clone(),
            embedding: row.embedding.clone(),
            transcription: row.transcription.clone(),
            translation: row.translation.clone(),
        }
    }
}

impl Names {
    pub fn of(&self, purpose: Purpose) -> Option<&str> {
        match purpose {
            Purpose::Answering => self.answering.as_deref(),
            Purpose::Embedding => self.embedding.as_deref(),
            Purpose::Transcription => self.transcription.as_deref(),
            Purpose::Translation => self.translation.as_deref().or(self.answering.as_deref()),
        }
    }
}

/// What a million tokens cost, in millionths of a dollar: for servers that do not tell what an answer cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prices {
    pub prompt: Option<i64>,
    pub completion: Option<i64>,
    /// What a minute that is listened to costs.
    pub minute: Option<i64>,
}

impl Prices {
    /// What an answer took, by the server's word, else by its tokens.
    fn spent(self, prompt_tokens: Option<u32>, completion_tokens: Option<u32>, told: Option<i64>) -> Spent {
        let tokens = [prompt_tokens, completion_tokens].map(|tokens| tokens.map(i64::from));
        let cost = |tokens: Option<i64>, price: Option<i64>| Some(i128::from(tokens?) * i128::from(price?));
        let costs = [cost(tokens[0], self.prompt), cost(tokens[1], self.completion)];
        // Together before they are rounded: an answer of a few tokens is not free.
        let counted = costs.into_iter().flatten().reduce(|one, other| one + other);
        let counted = counted.and_then(|sum| i64::try_from((sum + 500_000) / 1_000_000).ok());
        Spent { prompt_tokens: tokens[0], completion_tokens: tokens[1], cost_micros: told.or(counted) }
    }

    /// What listening took, by the server's word, else by how long it listened. Its tokens are not those that a model which
    /// answers is paid for.
    fn listened(self, told: Spent, length: Option<Duration>) -> Spent {
        let counted = || {
            let thousandths = i128::try_from(length?.as_millis()).ok()?.checked_mul(i128::from(self.minute?))?;
            i64::try_from((thousandths + 30_000) / 60_000).ok().filter(|cost| *cost <= HIGHEST_COST)
        };
        Spent { cost_micros: told.cost_micros.or_else(counted), ..told }
    }
}

/// Which models a bot may have asked in place of the one that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choices {
    /// The tenant has brought the server along, and pays for what it is asked.
    Any,
    /// The installation pays: none but those that it names.
    These(Vec<String>),
}

/// What a server is made of.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    pub server: ModelConfig,
    pub names: Names,
    pub choices: Choices,
    pub prices: Prices,
}

impl ServerConfig {
    /// `base_url`, `api_key`: see [`ModelConfig`].
    pub fn new(
        base_url: String,
        api_key: Option<SecretString>,
        names: Names,
        choices: Choices,
        prices: Prices,
    ) -> Self {
        let server = ModelConfig { base_url, api_key, timeout: TIMEOUT, max_output_tokens: MAX_OUTPUT };
        Self { server, names, choices, prices }
    }
}

/// A server that can be asked.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) model: Model,
    pub(super) names: Names,
    choices: Choices,
    pub(super) prices: Prices,
    pub(super) breakers: Breakers,
    /// Where it is, and how it is asked: for what is no chat.
    config: ModelConfig,
    http: reqwest::Client,
}

impl Server {
    pub(super) fn new(config: &ServerConfig, http: reqwest::Client) -> Result<Self, ModelError> {
        Ok(Self {
            model: Model::new(&config.server, http.clone())?,
            config: config.server.clone(),
            http,
            names: config.names.clone(),
            choices: config.choices.clone(),
            prices: config.prices,
            breakers: Breakers::default(),
        })
    }

    /// Whether a bot may have this model asked here.
    pub(super) fn may_be_asked_for(&self, name: &str) -> bool {
        match &self.choices {
            Choices::Any => true,
            Choices::These(names) => self.names.answering.as_deref() == Some(name) || names.iter().any(|it| it == name),
        }
    }

    /// What bots may be given besides the model that answers, as far as it is written down.
    pub(super) fn choices(&self) -> &[String] {
        match &self.choices {
            Choices::Any => &[],
            Choices::These(names) => names,
        }
    }
}

/// Something that a server is asked, once.
pub(super) trait Call: Sync {
    type Outcome: Send;

    fn put(
        &self,
        server: &Server,
        name: &str,
    ) -> impl Future<Output = Result<(Self::Outcome, Spent), ModelError>> + Send;
}

/// For an answer.
impl Call for Prompt<'_> {
    type Outcome = Completion;

    async fn put(&self, server: &Server, name: &str) -> Result<(Completion, Spent), ModelError> {
        let completion = server.model.complete_shaped(name, self).await?;
        let Completion { prompt_tokens, completion_tokens, cost_micros, .. } = completion;
        let spent = server.prices.spent(prompt_tokens, completion_tokens, cost_micros);
        Ok((completion, spent))
    }
}

/// For the vectors of texts.
impl Call for [&str] {
    type Outcome = Vec<Vec<f32>>;

    async fn put(&self, server: &Server, name: &str) -> Result<(Self::Outcome, Spent), ModelError> {
        let embedded = server.model.embed(name, self).await?;
        // The price of the model that answers is not that of vectors, which cost next to nothing.
        let spent = Prices::default().spent(embedded.tokens, None, None);
        Ok((embedded.vectors, spent))
    }
}

/// What is to be written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sound<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) mime_type: &'a str,
    /// As far as its file tells.
    pub(crate) length: Option<Duration>,
}

/// For what is said.
impl Call for Sound<'_> {
    type Outcome = String;

    async fn put(&self, server: &Server, name: &str) -> Result<(String, Spent), ModelError> {
        let ModelConfig { base_url, api_key, .. } = &server.config;
        let transcriber = Transcriber::new(base_url, api_key.as_ref(), name.to_owned(), server.http.clone())?;
        let heard = transcriber.hear(self.bytes.to_vec(), self.mime_type).await?;
        Ok((heard.text, server.prices.listened(heard.spent, heard.length.or(self.length))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_tells_counts_and_else_what_its_tokens_cost() {
        let prices = Prices { prompt: Some(150_000), completion: Some(600_000), ..Prices::default() };
        let cost = |prices: Prices, told| prices.spent(Some(1_000), Some(100), told).cost_micros;
        assert_eq!(cost(prices, None), Some(210));
        assert_eq!(cost(prices, Some(7)), Some(7));
        assert_eq!(prices.spent(Some(u32::MAX), Some(u32::MAX), None).cost_micros, Some(3_221_225_471));
        assert_eq!(cost(Prices::default(), None), None);
    }

    #[test]
    fn listening_costs_what_a_server_tells_and_else_by_the_minute() {
        let prices = Prices { minute: Some(6_000), ..Prices::default() };
        let told = Spent { prompt_tokens: Some(14), completion_tokens: Some(45), cost_micros: None };
        let cost = |told, seconds: Option<u64>| prices.listened(told, seconds.map(Duration::from_secs)).cost_micros;
        assert_eq!(cost(told, Some(90)), Some(9_000));
        assert_eq!(cost(Spent { cost_micros: Some(7), ..told }, Some(90)), Some(7));
        for seconds in [None, Some(500_000_000_000), Some(u64::MAX)] {
            assert_eq!(cost(told, seconds), None, "what cannot be is no cost");
        }
        assert_eq!(prices.listened(told, None), told, "tokens are counted as they are");
        assert_eq!(Prices::default().listened(told, Some(Duration::from_secs(90))), told);
    }
}
