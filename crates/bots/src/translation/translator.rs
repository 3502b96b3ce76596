//! Who translates: models, or a server made for it.

use std::time::Duration;

use switchboard_store::Purpose;

use super::{
    asking::{self, Garbled},
    libre::LibreTranslate,
};
use crate::{
    language::Language,
    model::{ModelError, Prompt},
    models::{Answered, Ask, TenantModels},
    prompt::fence,
};

/// What a translator said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) translator: String,
}

/// Why a translator gave no translation. Holds nothing of what was to be translated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TranslatorError {
    /// It may answer later.
    #[error("the translator does not answer at the moment")]
    Unavailable { retry_after: Option<Duration> },
    /// Its settings must change, or the request.
    #[error("the translator refuses{}", status.map(|status| format!(" (HTTP {status})")).unwrap_or_default())]
    Refused { status: Option<u16> },
    /// It answered with something that is no translation.
    #[error("what the translator answered is no translation: {0}")]
    Unusable(&'static str),
}

impl From<ModelError> for TranslatorError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Timeout => Self::Unavailable { retry_after: None },
            ModelError::Unavailable { retry_after, .. } => Self::Unavailable { retry_after },
            ModelError::Refused { status, .. } => Self::Refused { status: Some(status) },
            ModelError::Misconfigured(_) => Self::Refused { status: None },
            ModelError::Invalid(why) => Self::Unusable(why),
        }
    }
}

impl From<Garbled> for TranslatorError {
    fn from(Garbled(why): Garbled) -> Self {
        Self::Unusable(why)
    }
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub enum Translator {
    Models(TenantModels),
    Server(LibreTranslate),
}

impl Translator {
    /// Asks once.
    pub(super) async fn translate(
        &self,
        text: &str,
        from: Option<&Language>,
        to: &Language,
    ) -> Result<Said, TranslatorError> {
        let said = match self {
            Self::Models(models) => ask(models, text, from, to).await,
            Self::Server(server) => server.translate(text, from, to).await,
        };
        let outcome = if said.is_ok() { "translated" } else { "failed" };
        metrics::counter!("switchboard_translations_total", "outcome" => outcome).increment(1);
        if let Err(error) = &said {
            tracing::warn!(%error, to = to.code(), "a text could not be translated");
        }
        said
    }
}

/// What it takes is counted where it is asked.
async fn ask(
    models: &TenantModels,
    text: &str,
    from: Option<&Language>,
    to: &Language,
) -> Result<Said, TranslatorError> {
    let nonce = &fence::nonce();
    let messages = asking::messages(text, from, to, nonce);
    let ask = Ask { purpose: Purpose::Translation, bot: None, model: None, patience: None };
    let Answered { completion, model, .. } = models.complete(ask, &Prompt::plain(&messages)).await?;
    let text = asking::read(&completion.text, text, nonce)?;
    Ok(Said { text, translator: model })
}
