use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_openai::Client;
use async_openai::error::OpenAIError;
use serde_json::Value;

use super::completion::{Completion, CompletionRequest, CompletionResponse, OutputLimit};
use super::config::Endpoint;
use super::transport::Transport;
use super::{ModelConfig, ModelError};
use crate::prompt::ChatMessage;

/// Cheap to clone; holds no connection of its own.
#[derive(Debug, Clone)]
pub struct Model {
    client: Client<Endpoint>,
    /// For bots that name none.
    name: String,
    timeout: Duration,
    max_output_tokens: u32,
    /// Learned from the server's first refusal, and kept.
    knows_only_max_tokens: Arc<AtomicBool>,
}

impl Model {
    /// Fails with `Misconfigured` when the base URL or the key cannot be put into a request.
    pub fn new(config: &ModelConfig, http: reqwest::Client) -> Result<Self, ModelError> {
        let client = Client::build(http.clone(), Endpoint::of(config)?).with_http_service(Transport::new(http));
        Ok(Self {
            client,
            name: config.model.clone(),
            timeout: config.timeout,
            max_output_tokens: config.max_output_tokens,
            knows_only_max_tokens: Arc::default(),
        })
    }

    /// The model of the configuration, for bots that name none.
    pub fn default_model(&self) -> &str {
        &self.name
    }

    /// Asks once. Takes no longer than the configured time-out, whatever the server does.
    pub async fn complete(&self, model_name: &str, messages: &[ChatMessage]) -> Result<Completion, ModelError> {
        let answer = tokio::time::timeout(self.timeout, self.ask(model_name, messages)).await;
        answer.unwrap_or(Err(ModelError::Timeout))
    }

    /// Servers disagree on the name of the output limit and refuse the other: the other one gets one try.
    async fn ask(&self, model: &str, messages: &[ChatMessage]) -> Result<Completion, ModelError> {
        let old_name = OutputLimit::MaxTokens(self.max_output_tokens);
        if self.knows_only_max_tokens.load(Ordering::Relaxed) {
            return self.send(&CompletionRequest { model, messages, limit: old_name }).await;
        }
        let new_name = OutputLimit::MaxCompletionTokens(self.max_output_tokens);
        let answer = self.send(&CompletionRequest { model, messages, limit: new_name }).await;
        if !matches!(answer, Err(ModelError::Refused { status: 400 | 422, .. })) {
            return answer;
        }
        let second = self.send(&CompletionRequest { model, messages, limit: old_name }).await;
        if second.is_ok() {
            self.knows_only_max_tokens.store(true, Ordering::Relaxed);
            return second;
        }
        answer
    }

    async fn send(&self, request: &CompletionRequest<'_>) -> Result<Completion, ModelError> {
        let answer: Value = self.client.chat().create_byot(request).await.map_err(model_error)?;
        let response: CompletionResponse =
            serde_json::from_value(answer).map_err(|_| ModelError::Invalid("it is JSON of another shape"))?;
        response.into_completion()
    }
}

fn model_error(error: OpenAIError) -> ModelError {
    match error {
        OpenAIError::Boxed(error) => match error.downcast::<ModelError>() {
            Ok(error) => *error,
            Err(_) => ModelError::Invalid("the exchange failed"),
        },
        OpenAIError::Reqwest(_) | OpenAIError::InvalidArgument(_) => {
            ModelError::Misconfigured("the request could not be built")
        }
        _ => ModelError::Invalid("the exchange failed"),
    }
}
