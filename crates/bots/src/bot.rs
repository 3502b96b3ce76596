//! Bots and their settings.

use switchboard_inbox::is_language_code;
use switchboard_store::{Ability, Conn, Json, Millis, TenantId, Tone, bot, new_id, unanswered};
use uuid::Uuid;

use crate::{hours, models::Models};

pub use switchboard_store::bot::{Bot, Hours, Period};

/// The quiet period of a new bot: long enough for a customer who writes in several short messages.
const DEFAULT_REPLY_DELAY_MS: i64 = 2_000;
/// The cap of a new bot: a customer who never stops is answered after this.
const DEFAULT_MAX_WAIT_MS: i64 = 15_000;

/// A budget of a day, at most.
const MOST_TOKENS: i64 = 10_000_000_000;
const HIGHEST_COST: i64 = 1_000_000_000_000;

/// What can be set of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    pub name: String,
    pub enabled: bool,
    /// What the business wants of it, in its own words.
    pub instructions: String,
    /// `auto`, or the ISO 639-1 code of the one language it answers in.
    pub language: String,
    /// The quiet period, 0 to 60,000 ms.
    pub reply_delay_ms: i64,
    /// The longest a customer waits, 0 to 300,000 ms; at least the quiet period.
    pub max_wait_ms: i64,
    /// `None`: the one that answers where it asks. Another is asked only where it may be chosen ([`crate::models::Choices`]).
    pub model: Option<String>,
    /// `None`: Switchboard's text in the customer's language; empty: nothing is said on a handoff.
    pub handoff_message: Option<String>,
    pub tone: Tone,
    /// When people are there; `None`: no hours are kept.
    pub hours: Option<Hours>,
    /// Outside of them, it calls people at once instead of answering.
    pub hands_over_when_closed: bool,
    /// As `handoff_message`, while nobody is there.
    pub closed_message: Option<String>,
    /// In 24 hours; then people are called.
    pub answers_per_customer: Option<i64>,
    /// On one day of the business, to all customers together; then people are called.
    pub answers_per_day: Option<i64>,
    /// Words and phrases that call people.
    pub handoff_keywords: Vec<String>,
    /// In percent: people are called when the knowledge covers less of a question than this.
    pub handoff_confidence: Option<i64>,
    /// People are called when a customer asks the same more often than this.
    pub handoff_repeats: Option<i64>,
    /// People are called for a customer who is angry.
    pub hands_over_when_angry: bool,
    /// What it may use of models on one day of the business; then people are called.
    pub tokens_per_day: Option<i64>,
    /// As `tokens_per_day`, in millionths of a dollar.
    pub cost_per_day: Option<i64>,
    /// What it may do besides answering.
    pub abilities: Vec<Ability>,
    /// Whether models that can see are shown the pictures of customers.
    pub sees_pictures: bool,
    /// Before its first answer to somebody; `None`: the model greets as it likes.
    pub greeting: Option<String>,
    /// People answer in conversations that carry one of these labels.
    pub handoff_labels: Vec<Uuid>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Assistant".into(),
            enabled: true,
            instructions: String::new(),
            language: "auto".into(),
            reply_delay_ms: DEFAULT_REPLY_DELAY_MS,
            max_wait_ms: DEFAULT_MAX_WAIT_MS,
            model: None,
            handoff_message: None,
            tone: Tone::Plain,
            hours: None,
            hands_over_when_closed: false,
            closed_message: None,
            answers_per_customer: None,
            answers_per_day: None,
            handoff_keywords: Vec::new(),
            handoff_confidence: None,
            handoff_repeats: None,
            hands_over_when_angry: true,
            tokens_per_day: None,
            cost_per_day: None,
            abilities: Vec::new(),
            sees_pictures: true,
            greeting: None,
            handoff_labels: Vec::new(),
        }
    }
}

impl From<Bot> for Settings {
    fn from(bot: Bot) -> Self {
        Self {
            name: bot.name,
            enabled: bot.enabled,
            instructions: bot.instructions,
            language: bot.language,
            reply_delay_ms: bot.reply_delay_ms,
            max_wait_ms: bot.max_wait_ms,
            model: bot.model,
            handoff_message: bot.handoff_message,
            tone: bot.tone,
            hours: bot.hours.map(|hours| hours.0),
            hands_over_when_closed: bot.hands_over_when_closed,
            closed_message: bot.closed_message,
            answers_per_customer: bot.answers_per_customer,
            answers_per_day: bot.answers_per_day,
            handoff_keywords: bot.handoff_keywords.0,
            handoff_confidence: bot.handoff_confidence,
            handoff_repeats: bot.handoff_repeats,
            hands_over_when_angry: bot.hands_over_when_angry,
            tokens_per_day: bot.tokens_per_day,
            cost_per_day: bot.cost_per_day,
            abilities: bot.abilities.0,
            sees_pictures: bot.sees_pictures,
            greeting: bot.greeting,
            handoff_labels: bot.handoff_labels.0,
        }
    }
}

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct InvalidSetting {
    pub field: &'static str,
    pub message: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum BotError {
    #[error("there is no such bot")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    /// Numbers must be given to another bot first.
    #[error("the bot still serves {0} number(s)")]
    InUse(i64),
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}

impl Settings {
    fn check(&self) -> Result<(), InvalidSetting> {
        let error = |field, message| Err(InvalidSetting { field, message });
        if self.name.trim().is_empty() || self.name.chars().count() > 100 {
            return error("name", "must have 1 to 100 characters");
        }
        if self.instructions.chars().count() > 20_000 {
            return error("instructions", "must have at most 20,000 characters");
        }
        if self.language != "auto" && !is_language_code(&self.language) {
            return error("language", "must be \"auto\" or an ISO 639-1 code such as \"en\", \"tr\" or \"ar\"");
        }
        if !(0..=60_000).contains(&self.reply_delay_ms) {
            return error("reply_delay_ms", "must be between 0 and 60,000 milliseconds");
        }
        if !(0..=300_000).contains(&self.max_wait_ms) || self.max_wait_ms < self.reply_delay_ms {
            return error("max_wait_ms", "must be between reply_delay_ms and 300,000 milliseconds");
        }
        if self.model.as_deref().is_some_and(|model| model.trim().is_empty() || model.len() > 200) {
            return error("model", "must have 1 to 200 characters, or be null for the installation's model");
        }
        if self.greeting.as_deref().is_some_and(|text| text.chars().count() > 500) {
            return error("greeting", "must have at most 500 characters");
        }
        if self.handoff_message.as_deref().is_some_and(|text| text.chars().count() > 1_000) {
            return error("handoff_message", "must have at most 1,000 characters");
        }
        self.hours.as_ref().map_or(Ok(()), hours::check)?;
        self.check_handoffs()
    }

    fn check_handoffs(&self) -> Result<(), InvalidSetting> {
        let error = |field, message| Err(InvalidSetting { field, message });
        let within =
            |value: Option<i64>, range: std::ops::RangeInclusive<i64>| value.is_none_or(|it| range.contains(&it));
        if self.closed_message.as_deref().is_some_and(|text| text.chars().count() > 1_000) {
            return error("closed_message", "must have at most 1,000 characters");
        }
        if self.hands_over_when_closed && self.hours.is_none() {
            return error("hands_over_when_closed", "needs hours");
        }
        if !within(self.answers_per_customer, 1..=1_000) {
            return error("answers_per_customer", "must be between 1 and 1,000, or null");
        }
        if !within(self.answers_per_day, 1..=100_000) {
            return error("answers_per_day", "must be between 1 and 100,000, or null");
        }
        let is_word = |word: &String| word.chars().any(char::is_alphanumeric) && word.chars().count() <= 100;
        if self.handoff_keywords.len() > 100 || !self.handoff_keywords.iter().all(is_word) {
            return error("handoff_keywords", "must be at most 100 words or phrases of at most 100 characters");
        }
        if self.handoff_labels.len() > 20 {
            return error("handoff_labels", "must be at most 20");
        }
        if !within(self.handoff_confidence, 1..=100) {
            return error("handoff_confidence", "must be between 1 and 100 percent, or null");
        }
        if !within(self.handoff_repeats, 1..=10) {
            return error("handoff_repeats", "must be between 1 and 10, or null");
        }
        check_budget(self.tokens_per_day, self.cost_per_day)
    }

    /// The bot of these settings, if they can be.
    pub(crate) fn into_checked_bot(
        self,
        tenant_id: TenantId,
        id: Uuid,
        created_at: Millis,
        now: Millis,
    ) -> Result<Bot, InvalidSetting> {
        self.check()?;
        let mut abilities = self.abilities;
        abilities.sort_unstable();
        abilities.dedup();
        Ok(Bot {
            tenant_id,
            id,
            name: self.name.trim().to_owned(),
            enabled: self.enabled,
            instructions: self.instructions,
            language: self.language,
            reply_delay_ms: self.reply_delay_ms,
            max_wait_ms: self.max_wait_ms,
            model: self.model,
            handoff_message: self.handoff_message,
            knowledge_version: 0,
            tone: self.tone,
            hours: self.hours.map(Json),
            hands_over_when_closed: self.hands_over_when_closed,
            closed_message: self.closed_message,
            answers_per_customer: self.answers_per_customer,
            answers_per_day: self.answers_per_day,
            handoff_keywords: Json(self.handoff_keywords.iter().map(|word| word.trim().to_owned()).collect()),
            handoff_confidence: self.handoff_confidence,
            handoff_repeats: self.handoff_repeats,
            hands_over_when_angry: self.hands_over_when_angry,
            tokens_per_day: self.tokens_per_day,
            cost_per_day: self.cost_per_day,
            abilities: Json(abilities),
            sees_pictures: self.sees_pictures,
            greeting: self.greeting.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            handoff_labels: Json(self.handoff_labels),
            created_at,
            updated_at: now,
        })
    }
}

/// What may be used on one day.
pub(crate) fn check_budget(tokens: Option<i64>, cost_micros: Option<i64>) -> Result<(), InvalidSetting> {
    if tokens.is_some_and(|tokens| !(1..=MOST_TOKENS).contains(&tokens)) {
        return Err(InvalidSetting {
            field: "tokens_per_day",
            message: "must be between 1 and 10,000,000,000, or null",
        });
    }
    if cost_micros.is_some_and(|cost| !(1..=HIGHEST_COST).contains(&cost)) {
        return Err(InvalidSetting {
            field: "cost_per_day",
            message: "must be between 0.000001 and 1,000,000 dollars, or null",
        });
    }
    Ok(())
}

pub async fn create(
    conn: &mut Conn<'_>,
    now: Millis,
    models: &Models,
    tenant: TenantId,
    settings: Settings,
) -> Result<Bot, BotError> {
    let bot = settings.into_checked_bot(tenant, new_id(now), now, now)?;
    check_model(conn, models, None, &bot).await?;
    bot::insert(conn, &bot).await?;
    Ok(bot)
}

/// Changes a bot. Turns that are being thought about finish under the old settings.
pub async fn update(
    conn: &mut Conn<'_>,
    now: Millis,
    models: &Models,
    tenant: TenantId,
    id: Uuid,
    change: impl FnOnce(&mut Settings),
) -> Result<Bot, BotError> {
    let bot = bot::get(conn, tenant, id).await?.ok_or(BotError::NotFound)?;
    let (created_at, knowledge_version, had) = (bot.created_at, bot.knowledge_version, bot.model.clone());
    let mut settings = Settings::from(bot);
    change(&mut settings);
    let bot = Bot { knowledge_version, ..settings.into_checked_bot(tenant, id, created_at, now)? };
    check_model(conn, models, had.as_deref(), &bot).await?;
    bot::update(conn, &bot).await?;
    Ok(bot)
}

/// `had`: the model that it has had so far.
async fn check_model(conn: &mut Conn<'_>, models: &Models, had: Option<&str>, bot: &Bot) -> Result<(), BotError> {
    if bot.model.is_none() {
        return Ok(());
    }
    let models = models.of_tenant(conn, bot.tenant_id).await?.ok_or(BotError::NotFound)?;
    Ok(models.check_choice(had, bot.model.as_deref())?)
}

/// Deletes a bot with all it knows.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<(), BotError> {
    bot::get(conn, tenant, id).await?.ok_or(BotError::NotFound)?;
    match bot::numbers(conn, tenant, id).await? {
        0 => {
            unanswered::delete_of_bot(conn, tenant, id).await?;
            Ok(bot::delete(conn, tenant, id).await?)
        }
        numbers => Err(BotError::InUse(numbers)),
    }
}
