use std::time::Duration;

use async_openai::config::Config;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::ModelError;

/// Where the model is and how far its answers may go.
#[derive(Debug, Clone)]
pub struct ModelConfig {
    /// Up to and including the version: `https://api.openai.com/v1`, `http://localhost:11434/v1`.
    pub base_url: String,
    /// Local servers need none.
    pub api_key: Option<SecretString>,
    /// The model asked where the caller names none.
    pub model: String,
    /// From the call to the whole answer.
    pub timeout: Duration,
    /// Tokens of the answer.
    pub max_output_tokens: u32,
}

/// What `async-openai` asks of a configuration. Its own reads environment variables and panics on a key that does not
/// fit into a header (a stray line break is enough).
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    base_url: String,
    api_key: SecretString,
    /// Marked sensitive, so it is not printed.
    headers: HeaderMap,
}

impl Endpoint {
    pub(super) fn of(config: &ModelConfig) -> Result<Self, ModelError> {
        let base_url = config.base_url.trim().trim_end_matches('/').to_owned();
        if reqwest::Url::parse(&base_url).map_or(true, |url| !url.has_host()) {
            return Err(ModelError::Misconfigured("the base URL is not a URL"));
        }
        let mut headers = HeaderMap::new();
        let api_key = config.api_key.clone().unwrap_or_default();
        if !api_key.expose_secret().is_empty() {
            let bearer = format!("Bearer {}", api_key.expose_secret().trim());
            let mut value = HeaderValue::try_from(bearer)
                .map_err(|_| ModelError::Misconfigured("the key holds characters no key has"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self { base_url, api_key, headers })
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.api_key
    }
}
