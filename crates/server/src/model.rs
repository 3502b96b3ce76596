//! What the configuration says of the model, as the crate that asks it takes it.

use std::time::Duration;

use anyhow::Context;
use reqwest::redirect::Policy;
use secrecy::ExposeSecret;
use switchboard_bots::model::{Model, ModelConfig as BotsModelConfig};

use crate::config::ModelConfig;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// From the question to the whole answer. A customer is waiting: beyond this another try, or a person, is better.
const TIMEOUT: Duration = Duration::from_secs(30);
/// In tokens. An answer is shorter by far; a model that thinks first counts its thoughts, too.
const MAX_OUTPUT: u32 = 4_000;

/// `None`: none is configured.
pub(crate) fn model(config: Option<&ModelConfig>) -> anyhow::Result<Option<Model>> {
    let Some(config) = config else { return Ok(None) };
    // No redirects: one could carry the key to another host.
    let http = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).redirect(Policy::none());
    let http = http.build().context("the client for the model cannot be built")?;
    let config = BotsModelConfig {
        base_url: config.base_url.to_string(),
        api_key: Some(config.api_key.clone()).filter(|key| !key.expose_secret().is_empty()),
        model: config.model.clone(),
        timeout: TIMEOUT,
        max_output_tokens: MAX_OUTPUT,
    };
    Ok(Some(Model::new(&config, http).context("OPENAI_BASE_URL or OPENAI_API_KEY is not usable")?))
}
