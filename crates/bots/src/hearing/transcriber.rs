//! A server that writes down what is said: the audio endpoint of `OpenAI`'s API, which many speak.

use std::time::Duration;

use reqwest::{
    Client, Url,
    multipart::{Form, Part},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_inbox::turns::Spent;

use crate::{
    exchange,
    model::{ModelError, cost_micros},
};

/// Far beyond what anybody says in a voice note.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// From the call to the whole answer.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Cheap to make.
pub(crate) struct Transcriber {
    http: Client,
    address: Url,
    api_key: Option<SecretString>,
    model: String,
}

/// What was heard.
pub(crate) struct Heard {
    pub(crate) text: String,
    pub(crate) spent: Spent,
}

#[derive(Deserialize)]
struct Answer {
    text: String,
    #[serde(default)]
    usage: Option<Usage>,
}

/// Some count tokens, some seconds, some nothing.
#[derive(Deserialize, Default)]
struct Usage {
    #[serde(default)]
    input_tokens: Option<i64>,
    #[serde(default)]
    output_tokens: Option<i64>,
    /// In dollars.
    #[serde(default)]
    cost: Option<f64>,
}

impl Transcriber {
    /// `base_url`: up to and including the version, as of a model. `None`: it cannot be used.
    pub(crate) fn new(base_url: &str, api_key: Option<SecretString>, model: String, http: Client) -> Option<Self> {
        let mut address = Url::parse(base_url).ok()?;
        address.path_segments_mut().ok()?.pop_if_empty().extend(["audio", "transcriptions"]);
        Some(Self { http, address, api_key, model })
    }

    /// Asks once.
    pub(crate) async fn hear(&self, sound: Vec<u8>, mime_type: &str) -> Result<Heard, ModelError> {
        // Servers go by the name's ending.
        let name = format!("voice.{}", ending(mime_type));
        let part = Part::bytes(sound)
            .file_name(name)
            .mime_str(mime_type)
            .map_err(|_| ModelError::Refused { status: 415, code: None })?;
        let form = Form::new().text("model", self.model.clone()).text("response_format", "json").part("file", part);
        let mut request = self.http.post(self.address.clone()).timeout(TIMEOUT).multipart(form);
        if let Some(key) = &self.api_key {
            request = request.bearer_auth(key.expose_secret().trim());
        }
        let body = exchange::ask(request, LARGEST_ANSWER).await?;
        // What is no answer may be one the next time.
        let unusable = ModelError::Unavailable { status: None, code: None, retry_after: None };
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| unusable)?;
        let usage = answer.usage.unwrap_or_default();
        let spent = Spent {
            prompt_tokens: usage.input_tokens,
            completion_tokens: usage.output_tokens,
            cost_micros: usage.cost.and_then(cost_micros),
        };
        Ok(Heard { text: answer.text.trim().to_owned(), spent })
    }
}

fn ending(mime_type: &str) -> &'static str {
    match mime_type {
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "audio/wav" | "audio/x-wav" => "wav",
        "audio/webm" => "webm",
        _ => "ogg",
    }
}
