use std::time::Duration;

use async_openai::config::Config;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::ModelError;

/// As Azure calls it, which takes `Authorization` only of its newer addresses.
const AZURE_KEY: HeaderName = HeaderName::from_static("api-key");
const AZURE: [&str; 2] = [".openai.azure.com", ".cognitiveservices.azure.com"];

/// Where a server is and how far its answers may go.
#[derive(Debug, Clone)]
pub struct ModelConfig {
    /// Up to and including the version: `https://api.openai.com/v1`, `http://localhost:11434/v1`. What stands behind a
    /// question mark is sent with every request: Azure's older addresses need an `api-version`.
    pub base_url: String,
    /// Local servers need none.
    pub api_key: Option<SecretString>,
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
    query: Vec<(String, String)>,
    api_key: SecretString,
    /// Marked sensitive, so it is not printed.
    headers: HeaderMap,
}

impl Endpoint {
    pub(super) fn of(config: &ModelConfig) -> Result<Self, ModelError> {
        let url = Url::parse(config.base_url.trim()).ok().filter(Url::has_host);
        let mut url = url.ok_or(ModelError::Misconfigured("the base URL is not a URL"))?;
        let query = url.query_pairs().into_owned().collect();
        url.set_query(None);
        url.set_fragment(None);
        let api_key = config.api_key.clone().unwrap_or_default();
        let headers = key_headers(&url, api_key.expose_secret().trim())?;
        Ok(Self { base_url: url.as_str().trim_end_matches('/').to_owned(), query, api_key, headers })
    }
}

/// What shows a server the key; an empty one is none.
pub(crate) fn key_headers(url: &Url, key: &str) -> Result<HeaderMap, ModelError> {
    let mut headers = HeaderMap::new();
    if key.is_empty() {
        return Ok(headers);
    }
    let secret = |text: String| {
        let mut value = HeaderValue::try_from(text)
            .map_err(|_| ModelError::Misconfigured("the key holds characters no key has"))?;
        value.set_sensitive(true);
        Ok::<_, ModelError>(value)
    };
    headers.insert(AUTHORIZATION, secret(format!("Bearer {key}"))?);
    if url.host_str().is_some_and(|host| AZURE.iter().any(|azure| host.ends_with(azure))) {
        headers.insert(AZURE_KEY, secret(key.to_owned())?);
    }
    Ok(headers)
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.api_key
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://shop.openai.azure.com/openai/deployments/gpt", true)]
    #[case("https://shop.cognitiveservices.azure.com/openai/deployments/gpt", true)]
    #[case("https://api.openai.com/v1", false)]
    #[case("https://openai.azure.com.example/v1", false)]
    fn a_key_is_shown_to_azure_under_its_name_too_and_to_nobody_else(#[case] url: &str, #[case] is_azure: bool) {
        let headers = key_headers(&url.parse().expect("a URL"), "s3cret").expect("a key");
        assert_eq!(headers[AUTHORIZATION], "Bearer s3cret");
        assert_eq!(headers.get(AZURE_KEY).is_some_and(|key| key == "s3cret"), is_azure);
        assert!(headers.values().all(HeaderValue::is_sensitive));
    }
}
