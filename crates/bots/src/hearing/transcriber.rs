//! A server that writes down what is said: the audio endpoint of `OpenAI`'s API, which many speak.

use std::time::Duration;

use reqwest::{
    Client, Url,
    header::HeaderMap,
    multipart::{Form, Part},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use switchboard_inbox::turns::Spent;

use crate::{
    exchange,
    model::{ModelError, cost_micros, key_headers},
};

/// Far beyond what anybody says in a voice note.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// From the call to the whole answer.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Cheap to make.
pub(crate) struct Transcriber {
    http: Client,
    address: Url,
    /// As of a model.
    headers: HeaderMap,
    model: String,
}

/// What was heard.
pub(crate) struct Heard {
    pub(crate) text: String,
    /// By the server's word.
    pub(crate) spent: Spent,
    /// Of the sound, as the server counts it; `None`: it does not say.
    pub(crate) length: Option<Duration>,
}

/// Servers count in ways of their own: only the text makes it an answer, and what else is there is read as far as it goes.
#[derive(Deserialize)]
struct Answer {
    text: String,
    /// Of tokens (`input_tokens`, `output_tokens`) or of a duration (`seconds`), some with what it cost in dollars.
    #[serde(default)]
    usage: Value,
    /// In seconds: some tell it beside the text.
    #[serde(default)]
    duration: Value,
}

impl From<Answer> for Heard {
    fn from(Answer { text, usage, duration }: Answer) -> Self {
        let spent = Spent {
            prompt_tokens: tokens(&usage["input_tokens"]),
            completion_tokens: tokens(&usage["output_tokens"]),
            cost_micros: usage["cost"].as_f64().and_then(cost_micros),
        };
        let length = [&usage["seconds"], &duration].into_iter().find_map(seconds);
        Self { text: text.trim().to_owned(), spent, length }
    }
}

/// What no request can take is no count.
fn tokens(value: &Value) -> Option<i64> {
    value.as_u64().and_then(|count| u32::try_from(count).ok()).map(i64::from)
}

/// Some write the number as a text.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}

impl Transcriber {
    /// `base_url`: up to and including the version, as of a model. Fails with `Misconfigured` where it, or the key, cannot be
    /// put into a request.
    pub(crate) fn new(
        base_url: &str,
        api_key: Option<&SecretString>,
        model: String,
        http: Client,
    ) -> Result<Self, ModelError> {
        let address = address(base_url).ok_or(ModelError::Misconfigured("the base URL is not a URL"))?;
        let headers = key_headers(&address, api_key.map_or("", |key| key.expose_secret().trim()))?;
        Ok(Self { http, address, headers, model })
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
        let request =
            self.http.post(self.address.clone()).timeout(TIMEOUT).headers(self.headers.clone()).multipart(form);
        let body = exchange::ask(request, LARGEST_ANSWER).await?;
        // What is no answer may be one the next time.
        let unusable = ModelError::Unavailable { status: None, code: None, retry_after: None };
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| unusable)?;
        Ok(answer.into())
    }
}

fn address(base_url: &str) -> Option<Url> {
    let mut address = Url::parse(base_url).ok()?;
    address.path_segments_mut().ok()?.pop_if_empty().extend(["audio", "transcriptions"]);
    Some(address)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outward;

    #[test]
    fn a_server_is_shown_the_key_as_a_model_is() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let key = SecretString::from(" s3cret\n");
        let headers = |base_url: &str, key: Option<&SecretString>| {
            let http = outward::client(true).expect("a client");
            Transcriber::new(base_url, key, "whisper-1".to_owned(), http).expect("a URL").headers
        };
        let azure = headers("https://shop.openai.azure.com/openai/deployments/whisper?api-version=1", Some(&key));
        assert_eq!(azure["authorization"], "Bearer s3cret");
        assert_eq!(azure["api-key"], "s3cret");
        let other = headers("https://api.openai.com/v1", Some(&key));
        assert!(other.contains_key("authorization") && !other.contains_key("api-key"), "{other:?}");
        assert!(headers("http://localhost:8000/v1", None).is_empty());
    }

    fn heard(answer: Value) -> Heard {
        serde_json::from_value::<Answer>(answer).expect("an answer").into()
    }

    #[test]
    fn a_server_counts_seconds_or_tokens_or_says_what_it_cost() {
        let seconds = heard(json!({ "text": " Hi. ", "usage": { "type": "duration", "seconds": 3 } }));
        assert_eq!((seconds.text.as_str(), seconds.length), ("Hi.", Some(Duration::from_secs(3))));
        let beside = heard(json!({ "text": "Hi.", "duration": 8.5, "language": "english" }));
        assert_eq!(beside.length, Some(Duration::from_millis(8_500)));
        assert_eq!(heard(json!({ "text": "Hi.", "duration": "8.5" })).length, beside.length);
        let usage =
            json!({ "type": "tokens", "input_tokens": 14, "output_tokens": 45, "total_tokens": 59, "cost": 0.0003 });
        let tokens = heard(json!({ "text": "Hi.", "usage": usage }));
        let spent = Spent { prompt_tokens: Some(14), completion_tokens: Some(45), cost_micros: Some(300) };
        assert_eq!((tokens.spent, tokens.length), (spent, None));
    }

    #[test]
    fn whatever_a_server_counts_its_text_is_taken() {
        for usage in [
            json!(null),
            json!("much"),
            json!({ "seconds": -1, "input_tokens": 1.5, "cost": "dear" }),
            json!({ "input_tokens": i64::MAX, "output_tokens": -1, "cost": 1e9 }),
        ] {
            let heard = heard(json!({ "text": "Hi.", "usage": usage, "duration": 1e300 }));
            assert_eq!((heard.spent, heard.length), (Spent::default(), None));
        }
    }
}
