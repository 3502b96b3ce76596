//! From the customer's messages to a conclusion.

use std::{collections::HashSet, time::Duration};

use switchboard_inbox::turns::{Conclusion, Source};
use switchboard_store::{Direction, message::Message};
use uuid::Uuid;

use super::context::Context;
use crate::{
    language::{self, Language, Texts},
    model::{Model, ModelError},
    prompt::{self, Author, PastMessage, PromptInput, Reply, ReplyLanguage, parse_reply, split_for_whatsapp},
    retrieval::Passage,
};

/// A turn that failed so often goes to people.
const MAX_ATTEMPTS: i64 = 3;
/// Passages shown to the model.
const PASSAGES: usize = 6;
/// Characters of the conversation's past shown to the model.
const HISTORY: usize = 8_000;
/// A text message's limit (Cloud API, text messages).
const MAX_TEXT: usize = 4_096;

/// What to do, and from which passages of the knowledge an answer was written. `failed`: how often this turn has failed
/// before.
pub(super) async fn think(model: Option<&Model>, context: &Context, failed: i64) -> (Conclusion, Vec<Source>) {
    if context.pending.is_empty() {
        return (Conclusion::Nothing, Vec::new());
    }
    match model {
        Some(model) => with_model(model, context, failed).await,
        None => from_knowledge(context),
    }
}

async fn with_model(model: &Model, context: &Context, failed: i64) -> (Conclusion, Vec<Source>) {
    let pending: Vec<_> = context.pending.iter().map(readable).collect();
    let pending: Vec<_> = pending.iter().map(String::as_str).collect();
    let knowledge = knowledge(context, &pending);
    let conclusion = ask(model, context, &messages(context, &pending, &knowledge), failed).await;
    (conclusion, sources(&knowledge))
}

fn sources(passages: &[&Passage]) -> Vec<Source> {
    let source = |passage: &&Passage| Source {
        item_id: passage.id,
        title: passage.question.clone(),
        text: passage.text.clone(),
    };
    passages.iter().map(source).collect()
}

async fn ask(model: &Model, context: &Context, messages: &[prompt::ChatMessage], failed: i64) -> Conclusion {
    let name = context.bot.model.as_deref().unwrap_or(model.default_model());
    let completion = match model.complete(name, messages).await {
        Ok(completion) => completion,
        Err(error) => return after_failure(context, &error, failed),
    };
    for (kind, tokens) in [("prompt", completion.prompt_tokens), ("completion", completion.completion_tokens)] {
        metrics::counter!("switchboard_model_tokens_total", "kind" => kind).increment(tokens.unwrap_or(0).into());
    }
    match parse_reply(&completion.text) {
        Reply::Answer(text) => Conclusion::Answer(split_for_whatsapp(&text, MAX_TEXT)),
        Reply::Handoff { reason } => hand_off(context, reason),
        Reply::Empty => after_failure(context, &ModelError::Invalid("it is empty"), failed),
    }
}

/// A model that fails is asked again a few times; then people go on. Silence is not an answer.
fn after_failure(context: &Context, error: &ModelError, failed: i64) -> Conclusion {
    tracing::warn!(bot.id = %context.bot.id, attempt = failed + 1, error = %error, "the model gave no answer");
    metrics::counter!("switchboard_model_failures_total").increment(1);
    if error.is_retryable() && failed + 1 < MAX_ATTEMPTS {
        let backoff = Duration::from_secs(1 << failed.clamp(0, 6));
        return Conclusion::TryAgain { after: error.retry_after().unwrap_or(backoff).min(Duration::from_mins(1)) };
    }
    hand_off(context, format!("The model gave no answer: {error}."))
}

/// Without a model: stored answers, word for word, to what they answer beyond doubt; people for the rest.
fn from_knowledge(context: &Context) -> (Conclusion, Vec<Source>) {
    let found: Vec<_> = context
        .pending
        .iter()
        .map(|message| message.text.as_deref().and_then(|text| context.index.best_answer(text)))
        .collect();
    let mut answers: Vec<&str> = Vec::new();
    let mut used: Vec<&Passage> = Vec::new();
    for passage in found.iter().flatten() {
        if !answers.contains(&passage.text.as_str()) {
            answers.push(&passage.text);
            used.push(passage);
        }
    }
    if found.iter().all(Option::is_some) {
        return (Conclusion::Answer(split_for_whatsapp(&answers.join("\n\n"), MAX_TEXT)), sources(&used));
    }
    let reason = "No stored answer fits the customer's question.";
    let conclusion = match hand_off(context, reason.into()) {
        Conclusion::HandOff { reason, say } => {
            answers.extend(say.as_deref());
            let say = (!answers.is_empty()).then(|| answers.join("\n\n"));
            Conclusion::HandOff { reason, say }
        }
        other => other,
    };
    (conclusion, Vec::new())
}

fn hand_off(context: &Context, reason: String) -> Conclusion {
    let said = context.bot.handoff_message.clone();
    let say = said.unwrap_or_else(|| Texts::of(&language_of(context)).handoff.to_owned());
    Conclusion::HandOff { reason, say: Some(say).filter(|say| !say.trim().is_empty()) }
}

/// The bot's one language, else the customer's: of the pending messages, else of what they said before.
fn language_of(context: &Context) -> Language {
    fixed_language(context).or_else(|| customer_language(context)).unwrap_or(Language::En)
}

fn fixed_language(context: &Context) -> Option<Language> {
    (context.bot.language != "auto").then(|| Language::from_code(&context.bot.language))
}

fn customer_language(context: &Context) -> Option<Language> {
    let pending = context.pending.iter().filter_map(|message| message.text.as_deref()).collect::<Vec<_>>().join("\n");
    let said_before = context.history.iter().rev().filter(|message| message.direction == Direction::Inbound);
    language::detect(&pending)
        .or_else(|| said_before.filter_map(|message| message.text.as_deref()).find_map(language::detect))
}

fn messages(context: &Context, pending: &[&str], knowledge: &[&Passage]) -> Vec<prompt::ChatMessage> {
    let said: Vec<_> = context.history.iter().map(|message| (message.direction, readable(message))).collect();
    let history: Vec<_> = said
        .iter()
        .map(|(direction, text)| PastMessage {
            author: if *direction == Direction::Inbound { Author::Customer } else { Author::Business },
            text,
        })
        .collect();
    let (fixed, customer) = (fixed_language(context), customer_language(context));
    prompt::build(&PromptInput {
        bot_name: &context.bot.name,
        business_name: &context.business,
        instructions: &context.bot.instructions,
        language: fixed.as_ref().map_or(ReplyLanguage::Customer(customer.as_ref()), ReplyLanguage::Fixed),
        knowledge,
        history: &history,
        history_budget: HISTORY,
        pending,
        nonce: &Uuid::new_v4().simple().to_string()[..12],
    })
}

/// The passages that fit the burst as a whole or one of its messages, best first.
fn knowledge<'a>(context: &'a Context, pending: &[&str]) -> Vec<&'a Passage> {
    let whole = pending.join("\n");
    let queries = std::iter::once(whole.as_str()).chain(pending.iter().copied().filter(|_| pending.len() > 1));
    let mut hits: Vec<_> = queries.flat_map(|query| context.index.search(query, PASSAGES)).collect();
    hits.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(b.score.total_cmp(&a.score)));
    let mut seen = HashSet::new();
    let distinct = hits.into_iter().filter(|hit| seen.insert((hit.passage.id, hit.passage.text.as_str())));
    distinct.take(PASSAGES).map(|hit| hit.passage).collect()
}

/// What a model can read of a message: its text, or what kind of thing it is.
fn readable(message: &Message) -> String {
    match (message.kind.as_str(), message.text.as_deref()) {
        ("text" | "button" | "interactive" | "template", Some(text)) => text.to_owned(),
        (kind, Some(text)) => format!("[{kind}] {text}"),
        (kind, None) => format!("[{kind}]"),
    }
}
