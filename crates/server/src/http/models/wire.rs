//! What the operations of this area take and answer.

use garde::Validate;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use switchboard_bots::{
    models::{Draft, KeyChange, Names, POSITIONS, Prices},
    tools::without_values,
};
use switchboard_store::{Millis, model_server::ModelServer, tenant::ModelPolicy};
use utoipa::ToSchema;

use crate::http::{
    body::present,
    usage::{dollars, micros},
};

/// Which of a business's two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ModelPlace {
    Main,
    Fallback,
}

impl ModelPlace {
    pub(super) const fn position(self) -> i64 {
        match self {
            Self::Main => POSITIONS[0],
            Self::Fallback => POSITIONS[1],
        }
    }
}

/// The models a business has asked.
#[derive(Serialize, ToSchema)]
pub(super) struct ModelsBody {
    /// Null: none; the installation's are asked
    pub(super) main: Option<ModelServerBody>,
    /// Asked where `main` gives no answer; null: none
    pub(super) fallback: Option<ModelServerBody>,
    /// What is asked where the business has no model of its own for a purpose
    pub(super) installation: ModelNames,
    /// What a bot may have asked instead of `installation.answering`. With a server of its own that answers, a business may
    /// have any model of that one asked
    pub(super) choices: Vec<String>,
    pub(super) budget: BudgetBody,
}

/// A server of the chat-completions API.
#[derive(Serialize, ToSchema)]
pub(super) struct ModelServerBody {
    /// For who may not change it, with `•••` in the place of what stands in its query
    #[schema(example = "https://api.openai.com/v1")]
    base_url: String,
    /// Whether there is a key. Nobody can read it
    has_key: bool,
    models: ModelNames,
    /// In US dollars for a million tokens that are read, for a server that does not tell its cost; null: not known
    prompt_price: Option<f64>,
    /// As `prompt_price`, for what is written
    completion_price: Option<f64>,
    /// In US dollars for a minute of voice messages, for a server that does not tell its cost; null: not known
    minute_price: Option<f64>,
    /// One of its models has failed too often and is left alone until then; null: all are asked. RFC 3339
    resting_until: Option<String>,
    /// RFC 3339
    updated_at: String,
}

/// The model for each purpose.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct ModelNames {
    /// Answers customers. Null: it is not for that
    #[schema(example = "gpt-4o-mini")]
    answering: Option<String>,
    /// Makes vectors, by which knowledge is found that says the same in other words. Null: it is not for that
    #[schema(example = "text-embedding-3-small")]
    embedding: Option<String>,
    /// Writes down voice messages. Null: it is not for that
    #[schema(example = "whisper-1")]
    transcription: Option<String>,
    /// Translates for operators. Null: the one that answers
    translation: Option<String>,
}

impl From<Names> for ModelNames {
    fn from(names: Names) -> Self {
        Self {
            answering: names.answering,
            embedding: names.embedding,
            transcription: names.transcription,
            translation: names.translation,
        }
    }
}

impl ModelServerBody {
    pub(super) fn new(server: ModelServer, resting_until: Option<Millis>) -> Self {
        Self {
            has_key: server.api_key.is_some(),
            models: Names::from(&server).into(),
            base_url: server.base_url,
            prompt_price: server.prompt_price.map(dollars),
            completion_price: server.completion_price.map(dollars),
            minute_price: server.minute_price.map(dollars),
            resting_until: resting_until.map(Millis::to_rfc3339),
            updated_at: server.updated_at.to_rfc3339(),
        }
    }

    /// For whoever may not change it.
    pub(super) fn to_look_at(server: ModelServer, resting_until: Option<Millis>) -> Self {
        let base_url = without_values(&server.base_url);
        Self { base_url, ..Self::new(server, resting_until) }
    }
}

/// What models may use on one day of the business, all bots and people together.
#[derive(Serialize, Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct BudgetBody {
    /// Read and written: 1 to 10,000,000,000; null: what it takes
    pub(super) tokens_per_day: Option<i64>,
    /// In US dollars, up to 1,000,000; null: what it takes
    pub(super) cost_per_day: Option<f64>,
}

impl From<&ModelPolicy> for BudgetBody {
    fn from(policy: &ModelPolicy) -> Self {
        Self { tokens_per_day: policy.tokens_per_day, cost_per_day: policy.cost_per_day.map(dollars) }
    }
}

/// A server as it is to be.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct ModelServerFields {
    /// Up to and including the version. https, and of the public internet, unless the installation allows others
    #[schema(example = "https://api.openai.com/v1")]
    base_url: String,
    /// Left out: as it is stored, unless the address is another; null: the server asks for none
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Password)]
    #[expect(clippy::option_option, reason = "left out, null and a value are three things")]
    api_key: Option<Option<String>>,
    /// At least one; of at most 200 characters each
    models: ModelNames,
    /// In US dollars for a million tokens that are read: 0 to 1,000, or null
    prompt_price: Option<f64>,
    /// As `prompt_price`, for what is written
    completion_price: Option<f64>,
    /// In US dollars for a minute of voice messages: 0 to 1,000, or null
    minute_price: Option<f64>,
}

impl From<ModelServerFields> for Draft {
    fn from(body: ModelServerFields) -> Self {
        let ModelNames { answering, embedding, transcription, translation } = body.models;
        let key = match body.api_key.map(|key| key.filter(|key| !key.trim().is_empty())) {
            None => KeyChange::Keep,
            Some(None) => KeyChange::Remove,
            Some(Some(key)) => KeyChange::Set(SecretString::from(key.trim())),
        };
        Self {
            base_url: body.base_url,
            key,
            names: Names { answering, embedding, transcription, translation },
            prices: Prices {
                prompt: body.prompt_price.map(micros),
                completion: body.completion_price.map(micros),
                minute: body.minute_price.map(micros),
            },
        }
    }
}
