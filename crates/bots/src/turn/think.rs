//! From the customer's messages to a conclusion.

use std::{collections::HashSet, sync::Arc, time::Duration};

use switchboard_inbox::{
    tool_calls::{Choice, Deeds, Under},
    turns::{Conclusion, Source, Spent},
};
use switchboard_store::{Purpose, tool_call::ToolCall};

use super::{
    in_language::{self, Righted},
    question::{Question, Said},
    rules,
    sight::Seen,
};
use crate::{
    hours,
    language::{self, Language, Texts},
    model::{Completion, ModelError, Prompt, Shaped, Tools},
    models::{Answered, Ask},
    prompt::{
        self, Author, PastMessage, PromptInput, Reply, ReplyLanguage, ShapedReply, Spoken, fence, parse_reply,
        parse_shaped, split_for_whatsapp,
    },
    retrieval::{Hit, Passage},
    tools::{Made, Next, Work, yes_and_no},
};

/// A turn that failed so often goes to people.
pub(crate) const MAX_ATTEMPTS: i64 = 3;
/// Of a question: a passage that covers less answers it seldom.
const COVERS: f32 = 0.5;
/// Passages shown to the model.
const PASSAGES: usize = 6;
/// Tokens of the conversation's past shown to the model.
pub(super) const HISTORY: usize = 2_000;
/// How often a model may wish for something before it has to answer.
const ROUNDS: usize = 5;
/// A text message's limit (Cloud API, text messages).
const MAX_TEXT: usize = 4_096;

/// Why people are called where there is no model.
pub(crate) const NO_STORED_ANSWER: &str = "No stored answer fits the customer's question.";

/// What was thought, and what it was thought from.
pub(crate) struct Thinking<'a> {
    pub(crate) conclusion: Conclusion,
    /// What was found in the knowledge, the best first.
    pub(crate) found: Vec<Hit<'a>>,
    /// What of it an answer was written from.
    pub(crate) sources: Vec<Source>,
    /// In which the customer writes; `None`: it cannot be told.
    pub(crate) language: Option<Language>,
    /// The one that answered.
    pub(crate) model: Option<String>,
    /// From 0 to 1: how sure it is; `None`: it does not say.
    pub(crate) confidence: Option<f32>,
    pub(crate) spent: Spent,
    /// Why the model gave no answer.
    pub(crate) trouble: Option<ModelError>,
    /// What it did with its tools, as whoever tries a bot out sees it.
    pub(crate) made: Vec<Made>,
    /// What is done along with the answer.
    pub(crate) deeds: Deeds,
}

impl<'a> Thinking<'a> {
    fn of(question: &'a Question) -> Self {
        Self {
            conclusion: Conclusion::Nothing,
            found: Vec::new(),
            sources: Vec::new(),
            language: customer_language(question),
            model: None,
            confidence: None,
            spent: Spent::default(),
            trouble: None,
            made: Vec::new(),
            deeds: Deeds::default(),
        }
    }
}

/// What to do about a question. `failed`: how often this turn has failed before.
pub(crate) async fn think(question: &Question, failed: i64) -> Thinking<'_> {
    let mut thinking = consider(question, failed).await;
    if let Some(greeting) = question.greeting() {
        greet(&mut thinking.conclusion, greeting);
    }
    thinking
}

/// In the business's own words, within the first message: one that came on its own would be another to read.
fn greet(conclusion: &mut Conclusion, greeting: &str) {
    match conclusion {
        Conclusion::Answer(parts) => {
            *parts = split_for_whatsapp(&format!("{greeting}\n\n{}", parts.join("\n\n")), MAX_TEXT);
        }
        Conclusion::HandOff { say: parts, .. } if !parts.is_empty() => {
            *parts = split_for_whatsapp(&format!("{greeting}\n\n{}", parts.join("\n\n")), MAX_TEXT);
        }
        Conclusion::HandOff { .. } | Conclusion::Nothing | Conclusion::TryAgain { .. } => {}
    }
}

async fn consider(question: &Question, failed: i64) -> Thinking<'_> {
    let mut thinking = Thinking::of(question);
    if question.pending.is_empty() {
        return thinking;
    }
    if let Some(reason) = rules::judge(question) {
        thinking.found = by_words(question);
        thinking.conclusion = hand_off(question, reason);
        return thinking;
    }
    thinking.found = knowledge(question).await;
    if rules::is_unsure(question, &thinking.found) {
        thinking.conclusion = hand_off(question, rules::UNSURE.to_owned());
        return thinking;
    }
    match question.models.name(Purpose::Answering) {
        Some(_) => ask(question, &mut thinking, failed).await,
        None => from_knowledge(question, &mut thinking),
    }
    thinking
}

async fn ask(question: &Question, thinking: &mut Thinking<'_>, failed: i64) {
    let nonce = fence::nonce();
    let mut work = Work::new(&question.tools, &nonce);
    let asked = converse(question, thinking, &mut work, &nonce).await;
    (thinking.made, thinking.deeds) = (std::mem::take(&mut work.made), std::mem::take(&mut work.deeds));
    match asked {
        Ok(completion) => conclude(question, thinking, &completion, (&nonce, work.asked), failed).await,
        Err(End::Failed(error)) => after_failure(question, thinking, error, failed),
        Err(End::HandOver(reason)) => thinking.conclusion = hand_off(question, reason),
        // Where it is no longer ours, whoever finishes the turn sees that. Where a call could not be recorded, this was a try.
        Err(End::Stopped) => thinking.conclusion = after_trouble(Some(question), failed),
    }
}

/// Why a model is not asked on.
enum End {
    /// Told of where it happened.
    Failed(ModelError),
    HandOver(String),
    Stopped,
}

/// Asks the model, and does what it wishes, until it answers.
async fn converse(
    question: &Question,
    thinking: &mut Thinking<'_>,
    work: &mut Work<'_>,
    nonce: &str,
) -> Result<Completion, End> {
    let ask = Ask::of(&question.bot);
    let schema = prompt::shape();
    let seen = question.sight.look(question).await;
    let [plain, shaped] = messages(question, &thinking.found, &seen, nonce);
    let shaped = Shaped { name: "answer", schema: &schema, messages: &shaped };
    go_on(work.begin(&question.pending).await)?;
    for round in 0..=ROUNDS {
        let (told, may_wish) = (work.told(), round < ROUNDS && work.may_go_on());
        let tools = (!question.tools.is_empty()).then(|| Tools {
            offered: question.tools.specs(),
            done: &work.done,
            may_wish,
            told: &told,
        });
        let prompt = Prompt { plain: &plain, shaped: Some(shaped), tools };
        let Answered { completion, model, spent } =
            question.models.complete(ask, &prompt).await.map_err(End::Failed)?;
        (thinking.spent, thinking.model) = (thinking.spent.and(spent), Some(model));
        if completion.wishes.is_empty() || !may_wish {
            return Ok(completion);
        }
        for wish in work.heard(completion.wishes) {
            go_on(work.answer(wish).await)?;
        }
    }
    Err(End::Failed(ModelError::Invalid("it asks for tools without end")))
}

fn go_on(next: Next) -> Result<(), End> {
    match next {
        Next::Told => Ok(()),
        Next::HandOver(reason) => Err(End::HandOver(reason)),
        Next::Stop => Err(End::Stopped),
    }
}

/// What a model's answer comes to. `asked`: what the customer is to agree to.
async fn conclude(
    question: &Question,
    thinking: &mut Thinking<'_>,
    completion: &Completion,
    (nonce, asked): (&str, Option<ToolCall>),
    failed: i64,
) {
    if fence::repeats_marks(&completion.text, nonce) {
        return unusable(question, thinking, "it repeats marks of the prompt", failed);
    }
    let read = if completion.is_shaped {
        parse_shaped(&completion.text, thinking.found.len())
    } else {
        ShapedReply::of(parse_reply(&completion.text))
    };
    thinking.confidence = read.confidence;
    match read.reply {
        // People say more to it than an answer would, however right.
        Reply::Answer(_) if read.angry && question.bot.hands_over_when_angry => {
            thinking.conclusion = hand_off(question, rules::ANGER.to_owned());
        }
        Reply::Answer(_) if is_unsure(question, read.confidence) => {
            thinking.conclusion = hand_off(question, rules::UNSURE.to_owned());
        }
        Reply::Answer(text) => {
            let (text, choices) = match righted(question, &text, read.language.as_ref()).await {
                Some(Righted { text, spent }) => {
                    thinking.spent = thinking.spent.and(spent);
                    // They would be in the other language.
                    (text, Vec::new())
                }
                None => (text, read.choices),
            };
            thinking.conclusion = Conclusion::Answer(split_for_whatsapp(&text, MAX_TEXT));
            thinking.sources = sources(&thinking.found, read.passages.as_deref());
            put_under(question, &mut thinking.deeds, asked, choices);
        }
        Reply::Handoff { reason } => thinking.conclusion = hand_off(question, reason),
        Reply::Empty => unusable(question, thinking, "it is empty", failed),
    }
}

/// In the language that is set, if one is and the answer is in another.
async fn righted(question: &Question, text: &str, said: Option<&Language>) -> Option<Righted> {
    in_language::put_right(question, text, said, &fixed_language(question)?).await
}

/// What the customer can press: to agree to something, to tell their number, or what the model would have them choose from.
fn put_under(question: &Question, deeds: &mut Deeds, asked: Option<ToolCall>, choices: Vec<String>) {
    let language = language_of(question);
    let open = Texts::of(&language).choose.to_owned();
    if let Some(call) = asked {
        deeds.under = Under::Choices { open, choices: yes_and_no(call.id, &language) };
        deeds.calls.push(call);
    } else if deeds.under == Under::Nothing && !choices.is_empty() {
        let choice = |(number, title)| Choice { id: format!("choice:{number}"), title };
        deeds.under = Under::Choices { open, choices: (1..).zip(choices).map(choice).collect() };
    }
}

/// Whether what was found answers so little of the question that it may be better to ask back.
fn covers_little(found: &[Hit<'_>]) -> bool {
    !found.is_empty() && found.iter().all(|hit| hit.confidence < COVERS)
}

/// Whether the model is less sure of its answer than the business wants it to be.
fn is_unsure(question: &Question, confidence: Option<f32>) -> bool {
    let least = question.bot.handoff_confidence.and_then(|least| i16::try_from(least).ok());
    confidence.zip(least).is_some_and(|(confidence, least)| confidence * 100.0 < f32::from(least))
}

/// What an answer was written from: what the model names, or all that it was shown where it does not say.
fn sources(found: &[Hit<'_>], named: Option<&[usize]>) -> Vec<Source> {
    match named {
        Some(positions) => positions.iter().filter_map(|at| found.get(*at)).map(|hit| source(hit.passage)).collect(),
        None => found.iter().map(|hit| source(hit.passage)).collect(),
    }
}

fn source(passage: &Passage) -> Source {
    Source { item_id: passage.id, title: passage.question.clone(), text: passage.text.clone() }
}

fn unusable(question: &Question, thinking: &mut Thinking<'_>, why: &'static str, failed: i64) {
    tracing::warn!(bot.id = %question.bot.id, why, "what a model answered cannot be used");
    after_failure(question, thinking, ModelError::Invalid(why), failed);
}

fn backoff(failed: i64) -> Duration {
    Duration::from_secs(1 << failed.clamp(0, 6))
}

/// What a turn comes to of which something could not be stored: its thought, or a call it was to make. `question`: `None`
/// where nobody has thought.
pub(super) fn after_trouble(question: Option<&Question>, failed: i64) -> Conclusion {
    let reason = "What the bot came to could not be stored.".to_owned();
    match question {
        Some(question) if failed + 1 >= MAX_ATTEMPTS => hand_off(question, reason),
        _ => Conclusion::TryAgain { after: backoff(failed) },
    }
}

/// A model that fails is asked again a few times; then people go on. Silence is not an answer.
fn after_failure(question: &Question, thinking: &mut Thinking<'_>, error: ModelError, failed: i64) {
    thinking.conclusion = if error.is_retryable() && failed + 1 < MAX_ATTEMPTS {
        Conclusion::TryAgain { after: error.retry_after().unwrap_or(backoff(failed)).min(Duration::from_mins(1)) }
    } else {
        hand_off(question, format!("The model gave no answer: {error}."))
    };
    thinking.trouble = Some(error);
}

/// Without a model: stored answers, word for word, to what they answer beyond doubt; people for the rest.
fn from_knowledge(question: &Question, thinking: &mut Thinking<'_>) {
    let fitting: Vec<_> = question
        .pending
        .iter()
        .map(|said| said.text.as_deref().and_then(|text| question.index.best_answer(text)))
        .collect();
    let mut answers: Vec<&str> = Vec::new();
    let mut used: Vec<&Passage> = Vec::new();
    for passage in fitting.iter().flatten() {
        if !answers.contains(&passage.text.as_str()) {
            answers.push(&passage.text);
            used.push(passage);
        }
    }
    thinking.sources = used.into_iter().map(source).collect();
    if fitting.iter().all(Option::is_some) {
        thinking.conclusion = Conclusion::Answer(split_for_whatsapp(&answers.join("\n\n"), MAX_TEXT));
        return;
    }
    let language = language_of(question);
    let texts = Texts::of(&language);
    // Beside what was answered, it would not be true that there is no answer.
    let on_their_way = if answers.is_empty() { texts.unanswered } else { texts.handoff };
    let next = told_next(question, &language, None, on_their_way);
    answers.extend(next.as_deref());
    let say = split_for_whatsapp(&answers.join("\n\n"), MAX_TEXT);
    thinking.conclusion = Conclusion::HandOff { reason: NO_STORED_ANSWER.into(), say };
}

/// People go on, and the customer is told what happens next.
fn hand_off(question: &Question, reason: String) -> Conclusion {
    let language = language_of(question);
    let texts = Texts::of(&language);
    let (before, on_their_way) = match reason.as_str() {
        rules::ANGER => (Some(texts.sorry), texts.handoff),
        rules::UNSURE => (None, texts.unanswered),
        _ => (None, texts.handoff),
    };
    let say = told_next(question, &language, before, on_their_way);
    Conclusion::HandOff { reason, say: say.into_iter().flat_map(|say| split_for_whatsapp(&say, MAX_TEXT)).collect() }
}

/// In the business's own words, else in ours: `on_their_way`, unless nobody is there. `before`: what ours begin with.
fn told_next(
    question: &Question,
    language: &Language,
    before: Option<&str>,
    on_their_way: &'static str,
) -> Option<String> {
    let is_closed = rules::is_closed(question);
    let own = if is_closed { &question.bot.closed_message } else { &question.bot.handoff_message };
    let say = own.clone().unwrap_or_else(|| {
        let text = if is_closed { closed(question, language) } else { on_their_way.to_owned() };
        before.map_or_else(|| text.clone(), |before| format!("{before} {text}"))
    });
    Some(say).filter(|say| !say.trim().is_empty())
}

/// That nobody is there, and when somebody is.
fn closed(question: &Question, language: &Language) -> String {
    let opening = question.bot.hours.as_ref().and_then(|it| hours::opens_next(it, &question.zone, question.now));
    match opening {
        Some(opening) => {
            let (now, then) = (question.zone.local(question.now), question.zone.local(opening));
            Texts::of(language).closed_until(now, then)
        }
        None => Texts::of(language).closed.to_owned(),
    }
}

/// The language that is set, else the customer's.
fn language_of(question: &Question) -> Language {
    fixed_language(question).or_else(|| customer_language(question)).unwrap_or(Language::En)
}

/// The one language of the bot, else what the team has noted for the customer.
fn fixed_language(question: &Question) -> Option<Language> {
    let of_bot = (question.bot.language != "auto").then_some(&question.bot.language);
    of_bot.or(question.contact_language.as_ref()).map(|code| Language::from_code(code))
}

/// Of the pending messages, else of what was said before, else of what was stored of the customer then.
fn customer_language(question: &Question) -> Option<Language> {
    let known = spoken_before(question);
    heard_knowing(question, known.as_ref()).or(known)
}

/// Of the pending messages, as far as they tell more than is known.
pub(super) fn heard(question: &Question) -> Option<Language> {
    heard_knowing(question, spoken_before(question).as_ref())
}

fn heard_knowing(question: &Question, known: Option<&Language>) -> Option<Language> {
    let pending = question.pending.iter().filter_map(Said::words).collect::<Vec<_>>().join("\n");
    language::detect_knowing(&pending, known)
}

fn spoken_before(question: &Question) -> Option<Language> {
    let noted = || question.contact_language.as_deref().map(Language::from_code);
    let said_before = question.history.iter().filter(|said| said.by_customer).filter_map(Said::words);
    language::spoken(said_before, question.detected_language.clone().or_else(noted))
}

/// For an answer in plain words, and for one of a shape.
fn messages(question: &Question, found: &[Hit<'_>], seen: &Seen, nonce: &str) -> [Vec<prompt::ChatMessage>; 2] {
    let said = question.readable_history();
    let mut history = past(&said);
    for (past, said) in history.iter_mut().zip(&question.history) {
        past.said.picture = seen.of(said);
    }
    let texts: Vec<_> = question.pending.iter().map(Said::readable).collect();
    let pending = texts.iter().zip(&question.pending);
    let pending: Vec<_> = pending.map(|(text, said)| Spoken { text, picture: seen.of(said) }).collect();
    let (fixed, customer) = (fixed_language(question), customer_language(question));
    let (opening, knowledge) = (opening(question), found.iter().map(|hit| hit.passage).collect::<Vec<_>>());
    let plain = PromptInput {
        bot_name: &question.bot.name,
        business_name: &question.business,
        instructions: &question.bot.instructions,
        tone: question.bot.tone,
        opening: opening.as_deref(),
        language: fixed.as_ref().map_or(ReplyLanguage::Customer(customer.as_ref()), ReplyLanguage::Fixed),
        knowledge: &knowledge,
        history: &history,
        history_budget: HISTORY,
        pending: &pending,
        summary: question.summary.as_ref().map(|summary| summary.text.as_str()),
        nonce,
        shaped: false,
        tools: !question.tools.is_empty(),
        greeted: question.greeting().is_some(),
        covers_little: covers_little(found),
        anger_hands_over: question.bot.hands_over_when_angry,
    };
    [prompt::build(&plain), prompt::build(&PromptInput { shaped: true, ..plain })]
}

fn past(said: &[(bool, String)]) -> Vec<PastMessage<'_>> {
    let author = |by_customer| if by_customer { Author::Customer } else { Author::Business };
    said.iter()
        .map(|(by_customer, text)| PastMessage { author: author(*by_customer), said: text.as_str().into() })
        .collect()
}

/// Whether people are there, for the model to know.
fn opening(question: &Question) -> Option<String> {
    let kept = question.bot.hours.as_ref()?;
    if hours::are_open(kept, &question.zone, question.now) {
        return Some("The business is open at this moment.".to_owned());
    }
    let until = hours::opens_next(kept, &question.zone, question.now).map(|at| question.zone.local(at));
    let until = until.map(|at| format!(" It opens again on {} at {}.", at.day, at.time()));
    Some(format!("The business is closed at this moment.{}", until.unwrap_or_default()))
}

/// What fits the burst, best first.
async fn knowledge(question: &Question) -> Vec<Hit<'_>> {
    let whole = whole(question);
    let Some(vector) = vector(question, &whole).await else { return by_words(question) };
    let by_meaning = question.index.search_by_meaning(&whole, &vector, PASSAGES);
    // What one of several messages asks may be lost in the meaning of all.
    let singly = if question.pending.len() > 1 { by_words(question) } else { Vec::new() };
    distinct(by_meaning.into_iter().chain(singly))
}

/// The passages whose words fit the burst as a whole or one of its messages, best first.
fn by_words(question: &Question) -> Vec<Hit<'_>> {
    let single = question.pending.iter().map(Said::readable).filter(|_| question.pending.len() > 1);
    let queries = std::iter::once(whole(question)).chain(single);
    let mut hits: Vec<_> = queries.flat_map(|query| question.index.search(&query, PASSAGES)).collect();
    hits.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(b.score.total_cmp(&a.score)));
    distinct(hits.into_iter())
}

/// What is found for a text that nobody has said.
pub(crate) async fn search<'a>(question: &'a Question, query: &str, limit: usize) -> Vec<Hit<'a>> {
    match vector(question, query).await {
        Some(vector) => question.index.search_by_meaning(query, &vector, limit),
        None => question.index.search(query, limit),
    }
}

/// `None`: words decide, as they do once the budget of the day is used up.
async fn vector(question: &Question, text: &str) -> Option<Arc<Vec<f32>>> {
    if question.counts.is_spent {
        return None;
    }
    question.vectors.of_question(&question.models, question.bot.id, &question.index, text).await
}

/// All that is pending, as one text.
fn whole(question: &Question) -> String {
    question.pending.iter().map(Said::readable).collect::<Vec<_>>().join("\n")
}

/// As many as a model is shown, none twice.
fn distinct<'a>(hits: impl Iterator<Item = Hit<'a>>) -> Vec<Hit<'a>> {
    let mut seen = HashSet::new();
    hits.filter(|hit| seen.insert((hit.passage.id, hit.passage.text.as_str()))).take(PASSAGES).collect()
}
