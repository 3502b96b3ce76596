use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_openai::Client;
use async_openai::error::OpenAIError;
use serde::Deserialize;
use serde_json::Value;

use super::completion::{Completion, CompletionRequest, CompletionResponse, OutputLimit, ResponseFormat, WireMessage};
use super::config::Endpoint;
use super::embedding::{Embedded, EmbeddingRequest, EmbeddingResponse};
use super::tools::Tools;
use super::transport::Transport;
use super::{ModelConfig, ModelError};
use crate::prompt::ChatMessage;

const ANOTHER_SHAPE: ModelError = ModelError::Invalid("it is JSON of another shape");
const MOST_OFFERS: usize = 500;
/// What is remembered of the models of one server.
const MOST_KNOWN: usize = 200;
/// What a model has refused is asked of it again when it would be for the eighth time, the sixteenth, and so on: what was
/// wrong may have been that one picture.
const AGAIN: u32 = 8;

/// Cheap to clone; holds no connection of its own.
#[derive(Debug, Clone)]
pub struct Model {
    client: Client<Endpoint>,
    timeout: Duration,
    max_output_tokens: u32,
    /// What its models can; learned from their first refusals.
    known: Arc<Mutex<HashMap<(String, Skill), Takes>>>,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Prompt<'a> {
    pub plain: &'a [ChatMessage],
    /// Instead, for a server that can hold the model to a shape.
    pub shaped: Option<Shaped<'a>>,
    /// For a model that knows of tools.
    pub tools: Option<Tools<'a>>,
}

impl<'a> Prompt<'a> {
    /// For an answer in plain words.
    pub fn plain(messages: &'a [ChatMessage]) -> Self {
        Self { plain: messages, shaped: None, tools: None }
    }

    fn has_pictures(&self) -> bool {
        self.plain.iter().any(|message| message.content.has_pictures())
    }
}

/// What not every model can, or not with every server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Skill {
    /// Take the limit of the output by its new name. One server may have models of both names: a gateway hands requests on.
    NewLimit,
    /// Keep to a shape.
    Shape,
    /// Ask for tools.
    Tools,
    /// See.
    Pictures,
}

/// What is asked for in a certain shape.
#[derive(Debug, Clone, Copy)]
pub struct Shaped<'a> {
    /// Letters and underscores.
    pub name: &'a str,
    /// A JSON schema in which every field is required and no other allowed.
    pub schema: &'a Value,
    pub messages: &'a [ChatMessage],
}

/// Whether a model takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// It has taken it: whatever it refuses later, it is for something else.
    Yes,
    /// How often it would have been asked, the refusal included.
    Refused(u32),
}

/// How a request is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is given up without the others")]
struct Way {
    /// The limit of the output by its new name; `false`: by its old one.
    new_limit: bool,
    shape: bool,
    tools: bool,
    pictures: bool,
}

impl Way {
    /// What else may be tried, what gives up least first. The name of the limit is never given up, but the other one taken.
    fn simpler(self) -> Vec<Self> {
        let mut given_up: Vec<u8> = (1..16).collect();
        given_up.sort_by_key(|bits| bits.count_ones());
        let mut ways = vec![self];
        for bits in given_up {
            let way = Self {
                new_limit: self.new_limit ^ (bits & 1 != 0),
                pictures: self.pictures && bits & 2 == 0,
                shape: self.shape && bits & 4 == 0,
                tools: self.tools && bits & 8 == 0,
            };
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways.split_off(1)
    }

    /// What may be tried after this has failed. `has_taken_tools`: then it has not failed for them.
    fn instead(self, error: &ModelError, has_taken_tools: bool) -> Vec<Self> {
        let mut ways = self.simpler();
        if !is_about_the_request(error) {
            let (pictures, tools) = (is_about_pictures(error), is_about_tools(error) && !has_taken_tools);
            ways.retain(|way| {
                (way.new_limit, way.shape) == (self.new_limit, self.shape)
                    && (pictures || way.pictures == self.pictures)
                    && (tools || way.tools == self.tools)
            });
        }
        ways
    }
}

/// Whether another way of putting it might be taken. A prompt that is too long is too long in every way.
fn is_about_the_request(error: &ModelError) -> bool {
    match error {
        ModelError::Refused { status: 400 | 422, code } => code.as_deref() != Some("context_length_exceeded"),
        _ => false,
    }
}

/// Whether it might be taken without its pictures: who cannot see refuses with 400 and 422, but also with 404
/// (`OpenRouter`) and 500 (llama.cpp), or finds the request too large.
fn is_about_pictures(error: &ModelError) -> bool {
    matches!(
        error,
        ModelError::Refused { status: 400 | 404 | 413 | 415 | 422, .. }
            | ModelError::Unavailable { status: Some(500 | 501), .. }
    )
}

/// Whether it might be taken without its tools: who knows of none refuses with 400 and 422, but also with 404
/// (`OpenRouter`), 500 (llama.cpp without `--jinja`) and 501.
fn is_about_tools(error: &ModelError) -> bool {
    matches!(error, ModelError::Refused { status: 404, .. } | ModelError::Unavailable { status: Some(500 | 501), .. })
}

impl Model {
    /// Fails with `Misconfigured` when the base URL or the key cannot be put into a request.
    pub fn new(config: &ModelConfig, http: reqwest::Client) -> Result<Self, ModelError> {
        let client = Client::build(http.clone(), Endpoint::of(config)?).with_http_service(Transport::new(http));
        Ok(Self { client, timeout: config.timeout, max_output_tokens: config.max_output_tokens, known: Arc::default() })
    }

    /// Asks for a text, once. Takes no longer than the configured time-out, whatever the server does.
    pub async fn complete(&self, model_name: &str, messages: &[ChatMessage]) -> Result<Completion, ModelError> {
        self.complete_shaped(model_name, &Prompt::plain(messages)).await
    }

    /// As [`Model::complete`], for an answer of a certain shape where the server can hold the model to it, and with tools
    /// where it knows of them.
    pub async fn complete_shaped(&self, model_name: &str, prompt: &Prompt<'_>) -> Result<Completion, ModelError> {
        let answer = tokio::time::timeout(self.timeout, self.ask(model_name, prompt)).await;
        answer.unwrap_or(Err(ModelError::Timeout))
    }

    /// Vectors of texts, in their order. As patient as [`Model::complete`].
    pub async fn embed(&self, model_name: &str, texts: &[&str]) -> Result<Embedded, ModelError> {
        let request = EmbeddingRequest { model: model_name, input: texts, encoding_format: "float" };
        let embeddings = self.client.embeddings();
        let answer = tokio::time::timeout(self.timeout, embeddings.create_byot(&request)).await;
        let answer: Value = answer.map_err(|_| ModelError::Timeout)?.map_err(model_error)?;
        let response: EmbeddingResponse = serde_json::from_value(answer).map_err(|_| ANOTHER_SHAPE)?;
        response.into_embedded(texts.len())
    }

    /// The models that the server says it has, at most 500.
    pub async fn offers(&self) -> Result<Vec<String>, ModelError> {
        #[derive(Deserialize)]
        struct Offers {
            data: Vec<Offer>,
        }
        #[derive(Deserialize)]
        struct Offer {
            id: String,
        }
        let models = self.client.models();
        let answer = tokio::time::timeout(self.timeout, models.list_byot()).await;
        let answer: Value = answer.map_err(|_| ModelError::Timeout)?.map_err(model_error)?;
        let offers: Offers = serde_json::from_value(answer).map_err(|_| ANOTHER_SHAPE)?;
        Ok(offers.data.into_iter().map(|offer| offer.id).take(MOST_OFFERS).collect())
    }

    /// Whether it is worth while to show a model pictures, as far as one knows.
    pub(crate) fn may_see(&self, model: &str) -> bool {
        !matches!(self.lock().get(&(model.to_owned(), Skill::Pictures)), Some(Takes::Refused(_)))
    }

    /// Servers disagree on the name of the output limit, many cannot hold a model to a shape, or offer it tools, and many
    /// models cannot see; they refuse what they do not know. What was refused once is not asked for again, or rarely.
    async fn ask(&self, model: &str, prompt: &Prompt<'_>) -> Result<Completion, ModelError> {
        let known = Way {
            new_limit: self.may_ask(model, Skill::NewLimit),
            shape: prompt.shaped.is_some() && self.may_ask(model, Skill::Shape),
            tools: prompt.tools.is_some() && self.may_ask(model, Skill::Tools),
            pictures: prompt.has_pictures() && self.may_ask(model, Skill::Pictures),
        };
        let answer = self.send_by(known, model, prompt).await;
        let Err(error) = answer else {
            self.learn(model, known, known);
            return answer;
        };
        for way in known.instead(&error, self.has_taken(model, Skill::Tools)) {
            let another = self.send_by(way, model, prompt).await;
            if another.is_ok() {
                self.learn(model, known, way);
                return another;
            }
        }
        Err(error)
    }

    fn has_taken(&self, model: &str, skill: Skill) -> bool {
        self.lock().get(&(model.to_owned(), skill)) == Some(&Takes::Yes)
    }

    /// Counts what it is asked.
    fn may_ask(&self, model: &str, skill: Skill) -> bool {
        match self.lock().get_mut(&(model.to_owned(), skill)) {
            Some(Takes::Refused(times)) => {
                *times = times.saturating_add(1);
                *times >= AGAIN && times.is_power_of_two()
            }
            _ => true,
        }
    }

    /// `wanted`: how it was put first; `taken`: how it was answered.
    fn learn(&self, model: &str, wanted: Way, taken: Way) {
        let skills = [
            (Skill::NewLimit, wanted.new_limit, taken.new_limit),
            (Skill::Shape, wanted.shape, taken.shape),
            (Skill::Tools, wanted.tools, taken.tools),
            (Skill::Pictures, wanted.pictures, taken.pictures),
        ];
        for (skill, _, is_taken) in skills.into_iter().filter(|(_, was_wanted, is_taken)| *was_wanted || *is_taken) {
            self.note(model, skill, is_taken);
        }
    }

    fn note(&self, model: &str, skill: Skill, is_taken: bool) {
        let (mut known, key) = (self.lock(), (model.to_owned(), skill));
        if known.len() >= MOST_KNOWN && !known.contains_key(&key) {
            return;
        }
        let takes = known.entry(key).or_insert(Takes::Refused(1));
        if is_taken {
            *takes = Takes::Yes;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, Skill), Takes>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send_by(&self, way: Way, model: &str, prompt: &Prompt<'_>) -> Result<Completion, ModelError> {
        let tokens = self.max_output_tokens;
        let limit =
            if way.new_limit { OutputLimit::MaxCompletionTokens(tokens) } else { OutputLimit::MaxTokens(tokens) };
        let shaped = prompt.shaped.filter(|_| way.shape);
        let (messages, format) = match shaped {
            Some(shaped) => (shaped.messages, Some(ResponseFormat::of(shaped))),
            None => (prompt.plain, None),
        };
        let messages = &*told(messages, way.pictures);
        let tools = prompt.tools.filter(|_| way.tools);
        let request = CompletionRequest {
            model,
            messages: match tools {
                Some(tools) => with_exchanges(messages, tools),
                None => in_words(messages, prompt.tools.map_or("", |tools| tools.told)),
            },
            limit,
            response_format: format,
            tools: tools.map_or_else(Vec::new, |tools| tools.offered.iter().map(Into::into).collect()),
            tool_choice: tools.filter(|tools| !tools.may_wish).map(|_| "none"),
        };
        let completion = self.send(&request).await?;
        Ok(Completion { is_shaped: shaped.is_some(), ..completion })
    }

    async fn send(&self, request: &CompletionRequest<'_>) -> Result<Completion, ModelError> {
        let answer: Value = self.client.chat().create_byot(request).await.map_err(model_error)?;
        let response: CompletionResponse = serde_json::from_value(answer).map_err(|_| ANOTHER_SHAPE)?;
        response.into_completion()
    }
}

fn with_exchanges<'a>(messages: &'a [ChatMessage], tools: Tools<'a>) -> Vec<WireMessage<'a>> {
    let said = messages.iter().map(WireMessage::Said);
    said.chain(tools.done.iter().flat_map(WireMessage::exchange)).collect()
}

/// With what tools answered as if it had been said along with the last message: some servers insist on turns.
fn in_words<'a>(messages: &'a [ChatMessage], told: &str) -> Vec<WireMessage<'a>> {
    match messages.split_last() {
        Some((last, rest)) if !told.is_empty() => {
            let last = WireMessage::Told(last.and(told));
            rest.iter().map(WireMessage::Said).chain([last]).collect()
        }
        _ => messages.iter().map(WireMessage::Said).collect(),
    }
}

fn told(messages: &[ChatMessage], with_pictures: bool) -> Cow<'_, [ChatMessage]> {
    if with_pictures { messages.into() } else { messages.iter().map(ChatMessage::without_pictures).collect() }
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
