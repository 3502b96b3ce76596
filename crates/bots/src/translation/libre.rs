//! A server of `LibreTranslate`'s API.

use std::time::Duration;

use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::{
    asking,
    translator::{Said, TranslatorError},
};
use crate::{exchange, language::Language};

/// What is kept with a translation as its translator.
const NAME: &str = "LibreTranslate";
/// Far beyond any translation.
const LARGEST_ANSWER: usize = 256 * 1024;
/// A person waits.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The address cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of the translating server is not usable")]
pub struct LibreTranslateError;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct LibreTranslate {
    http: Client,
    address: Url,
    api_key: Option<SecretString>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "translatedText")]
    text: String,
}

impl LibreTranslate {
    /// `base_url`: as in <https://libretranslate.com>, with or without a path.
    pub fn new(base_url: &Url, api_key: Option<SecretString>, http: Client) -> Result<Self, LibreTranslateError> {
        let mut address = base_url.clone();
        address.path_segments_mut().map_err(|()| LibreTranslateError)?.pop_if_empty().push("translate");
        Ok(Self { http, address, api_key })
    }

    pub(super) async fn translate(
        &self,
        text: &str,
        from: Option<&Language>,
        to: &Language,
    ) -> Result<Said, TranslatorError> {
        let mut body = json!({
            "q": text,
            "source": from.map_or("auto", Language::code),
            "target": to.code(),
            "format": "text",
        });
        if let Some(key) = &self.api_key {
            body["api_key"] = key.expose_secret().into();
        }
        let request = self.http.post(self.address.clone()).timeout(TIMEOUT).json(&body);
        let answer: Answer = serde_json::from_slice(&exchange::ask(request, LARGEST_ANSWER).await?)
            .map_err(|_| TranslatorError::Unusable("it is JSON of another shape"))?;
        let text = asking::checked(&answer.text, text)?;
        Ok(Said { text, translator: NAME.to_owned() })
    }
}
