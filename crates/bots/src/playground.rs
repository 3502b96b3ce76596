//! Trying a bot out: what it would answer and find, thought in the way of a real turn. Nothing is sent, and nothing stored.

use std::{sync::Arc, time::Duration};

use switchboard_inbox::turns::{Conclusion, Spent};
use switchboard_store::{Scope, TenantId, Tx, Zone, bot, tenant};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    bot::{BotError, InvalidSetting, Settings},
    language::Language,
    retrieval::{Hit, Index, Passage},
    tools::Made,
    turn::{
        TurnParts,
        question::{Counts, Question, Said},
        think::{self, think},
    },
};

/// Passages that a search shows.
const FOUND: usize = 10;

/// Something that was said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub by_customer: bool,
    pub text: String,
}

/// What a customer would say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub message: String,
    /// What would have been said before, the oldest first.
    pub history: Vec<Line>,
}

/// What the bot would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    pub conclusion: Conclusion,
    pub found: Vec<Found>,
    /// In which the customer writes; `None`: it cannot be told.
    pub language: Option<Language>,
    /// The model that answered, or would have; `None`: there is none.
    pub model: Option<String>,
    /// From 0 to 1: how sure the model is; `None`: it does not say.
    pub confidence: Option<f32>,
    /// What it did with its tools, or would have: nothing that changes something is done.
    pub made: Vec<Made>,
    /// What it could have used, by the names that models know.
    pub offered: Vec<String>,
    pub spent: Spent,
    /// Why the model gave no answer.
    pub trouble: Option<String>,
    pub took: Duration,
}

/// A passage of the knowledge that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub passage: Passage,
    /// Comparable within one search only.
    pub score: f32,
    /// From 0 to 1: how much of what was asked it covers.
    pub confidence: f32,
    /// Whether an answer is written from it.
    pub used: bool,
}

impl Found {
    fn of(hit: &Hit<'_>, used: impl Fn(&Passage) -> bool) -> Self {
        let used = used(hit.passage);
        Self { passage: hit.passage.clone(), score: hit.score, confidence: hit.confidence, used }
    }
}

/// What a bot would do about a message. `change`: settings that are not saved.
pub async fn try_out(
    parts: &TurnParts,
    tenant: TenantId,
    id: Uuid,
    attempt: Attempt,
    change: impl FnOnce(&mut Settings),
) -> Result<Tried, BotError> {
    let question = question(parts, tenant, id, change).await?;
    Ok(attempted(question, attempt).await)
}

/// What a bot would do about a message, before which nothing but the attempt's history has been said.
pub(crate) async fn attempted(mut question: Question, attempt: Attempt) -> Tried {
    question.history = attempt.history.into_iter().map(|line| Said::text(line.by_customer, line.text)).collect();
    question.pending = vec![Said::text(true, attempt.message)];
    think_about(&question).await
}

/// What a bot would do about a question: every trial goes through here.
pub(crate) async fn think_about(question: &Question) -> Tried {
    let began = Instant::now();
    let thinking = think(question, 0).await;
    let took = began.elapsed();
    let is_source = |passage: &Passage| {
        thinking.sources.iter().any(|source| source.item_id == passage.id && source.text == passage.text)
    };
    Tried {
        found: thinking.found.iter().map(|hit| Found::of(hit, is_source)).collect(),
        conclusion: thinking.conclusion,
        language: thinking.language,
        model: thinking.model.or_else(|| question.models.answering(question.bot.model.as_deref()).map(str::to_owned)),
        confidence: thinking.confidence,
        made: thinking.made,
        offered: question.tools.offered().map(str::to_owned).collect(),
        spent: thinking.spent,
        trouble: thinking.trouble.map(|error| error.to_string()),
        took,
    }
}

/// What a bot would find for a question, the best first. One that is `used` would be answered word for word where there is
/// no model.
pub async fn search(parts: &TurnParts, tenant: TenantId, id: Uuid, query: &str) -> Result<Vec<Found>, BotError> {
    let question = question(parts, tenant, id, |_| {}).await?;
    let answer = question.index.best_answer(query);
    let hits = think::search(&question, query, FOUND).await;
    Ok(hits.iter().map(|hit| Found::of(hit, |passage| Some(passage) == answer)).collect())
}

/// A question to the bot in which nothing has been said yet.
pub(crate) async fn question(
    parts: &TurnParts,
    tenant: TenantId,
    id: Uuid,
    change: impl FnOnce(&mut Settings),
) -> Result<Question, BotError> {
    let (mut tx, bot, index) = with_index(parts, tenant, id).await?;
    let conn = &mut tx.conn();
    let business = tenant::get(conn, tenant).await?.ok_or(BotError::NotFound)?;
    let had = bot.model.clone();
    let bot = changed(bot, change)?;
    let (now, zone) = (parts.clock.now(), Zone::of(&business.time_zone));
    let models = parts.models.of_tenant(conn, tenant).await?.ok_or(BotError::NotFound)?;
    models.check_choice(had.as_deref(), bot.model.as_deref())?;
    parts.vectors.see_to(conn, &models, bot.id, &index).await?;
    let counts = Counts::of_day(conn, &bot, &models, &zone, now).await?;
    let tools = parts.tools.of(conn, &bot).await?;
    let (history, pending) = (Vec::new(), Vec::new());
    Ok(Question {
        business: business.name,
        contact_language: None,
        detected_language: None,
        bot,
        models,
        vectors: parts.vectors.clone(),
        index,
        sight: parts.sight.clone(),
        history,
        was_told: false,
        summary: None,
        looked_back_to: None,
        pending,
        now,
        zone,
        counts,
        label: None,
        tools,
    })
}

/// A bot, the index of all that it knows, and the transaction in which it was read.
async fn with_index(parts: &TurnParts, tenant: TenantId, id: Uuid) -> Result<(Tx, bot::Bot, Arc<Index>), BotError> {
    let mut built = None;
    loop {
        let mut tx = parts.db.read(Scope::Tenant(tenant)).await?;
        let bot = bot::get(&mut tx.conn(), tenant, id).await?.ok_or(BotError::NotFound)?;
        // What was built a moment ago serves, should the bot know something else by now.
        if let Some(index) = parts.indexes.of(&bot).await.or(built.take()) {
            return Ok((tx, bot, index));
        }
        drop(tx);
        built = parts.indexes.build(&parts.db, &bot).await?;
    }
}

fn changed(bot: bot::Bot, change: impl FnOnce(&mut Settings)) -> Result<bot::Bot, InvalidSetting> {
    let (tenant, id, version) = (bot.tenant_id, bot.id, bot.knowledge_version);
    let (created_at, updated_at) = (bot.created_at, bot.updated_at);
    let mut settings = Settings::from(bot);
    change(&mut settings);
    let changed = settings.into_checked_bot(tenant, id, created_at, updated_at)?;
    Ok(bot::Bot { knowledge_version: version, ..changed })
}
