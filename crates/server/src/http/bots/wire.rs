//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_bots::{
    bot::{Bot, Hours, Period, Settings},
    playground::Found,
    testing::TestPassage,
    tools::{Made, MadeState},
};
use switchboard_store::{Ability, Tone};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{
    body::present,
    usage::{dollars, micros},
};

/// A bot.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(super) struct BotBody {
    id: Uuid,
    name: String,
    /// Off: people answer alone
    enabled: bool,
    /// What the business wants of it, in its own words
    instructions: String,
    /// `auto`: the customer's; or the ISO 639-1 code of the one it answers in
    #[schema(example = "auto")]
    language: String,
    /// Milliseconds after the customer's last message until it answers
    reply_delay_ms: i64,
    /// Milliseconds that a customer who goes on writing waits at most
    max_wait_ms: i64,
    /// Null: the installation's
    model: Option<String>,
    /// What it says when it hands over to people. Null: a sentence in the customer's language; empty: nothing
    handoff_message: Option<String>,
    /// `plain`, `friendly` or `formal`
    #[schema(value_type = String, example = "plain")]
    tone: Tone,
    /// When people are there; null: no hours are kept
    hours: Option<HoursBody>,
    /// Outside the hours, it calls people at once instead of answering
    hands_over_when_closed: bool,
    /// As `handoff_message`, outside the hours. Null: also says when people are back
    closed_message: Option<String>,
    /// Answers to one customer in 24 hours, then people are called; null: as many as there are
    answers_per_customer: Option<i64>,
    /// Answers to all customers on one day of the business, then people are called; null: as many as there are
    answers_per_day: Option<i64>,
    /// Words and phrases that call people
    handoff_keywords: Vec<String>,
    /// In percent: people are called when the knowledge covers less of a question; null: the model decides
    handoff_confidence: Option<i64>,
    /// People are called when a customer asks the same more often than this; null: not for this
    handoff_repeats: Option<i64>,
    /// People are called when a customer is angry: by their words, by emphasis on a complaint, or as the model reads it
    hands_over_when_angry: bool,
    /// What models may read and write for it on one day of the business, then people are called; null: what it takes
    tokens_per_day: Option<i64>,
    /// As `tokens_per_day`, in US dollars
    cost_per_day: Option<f64>,
    /// What it may do besides answering: `set_label`, `set_contact_field`, `ask_phone`
    #[schema(value_type = Vec<String>)]
    abilities: Vec<Ability>,
    /// Whether the model is shown the pictures customers send, where it can see; else it is told that there is one
    sees_pictures: bool,
    /// What it says above its first answer to somebody; null: the model greets as it likes
    greeting: Option<String>,
    /// People answer in conversations that carry one of these labels
    handoff_labels: Vec<Uuid>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

impl From<Bot> for BotBody {
    fn from(bot: Bot) -> Self {
        Self {
            id: bot.id,
            name: bot.name,
            enabled: bot.enabled,
            instructions: bot.instructions,
            language: bot.language,
            reply_delay_ms: bot.reply_delay_ms,
            max_wait_ms: bot.max_wait_ms,
            model: bot.model,
            handoff_message: bot.handoff_message,
            tone: bot.tone,
            hours: bot.hours.map(|hours| hours.0.into()),
            hands_over_when_closed: bot.hands_over_when_closed,
            closed_message: bot.closed_message,
            answers_per_customer: bot.answers_per_customer,
            answers_per_day: bot.answers_per_day,
            handoff_keywords: bot.handoff_keywords.0,
            handoff_confidence: bot.handoff_confidence,
            handoff_repeats: bot.handoff_repeats,
            hands_over_when_angry: bot.hands_over_when_angry,
            tokens_per_day: bot.tokens_per_day,
            cost_per_day: bot.cost_per_day.map(dollars),
            abilities: bot.abilities.0,
            sees_pictures: bot.sees_pictures,
            greeting: bot.greeting,
            handoff_labels: bot.handoff_labels.0,
            created_at: bot.created_at.to_rfc3339(),
            updated_at: bot.updated_at.to_rfc3339(),
        }
    }
}

/// When people are there, in the time zone of the business.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct HoursBody {
    /// Several a day, if need be; at most 70
    periods: Vec<PeriodBody>,
    /// Days on which nobody is there; at most 400
    #[serde(default)]
    #[schema(example = json!(["2026-12-25"]))]
    holidays: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct PeriodBody {
    /// 1: Monday; 7: Sunday
    #[schema(minimum = 1, maximum = 7, example = 1)]
    day: u8,
    #[schema(example = "09:00")]
    from: String,
    /// Before `from`: on the next day
    #[schema(example = "18:30")]
    to: String,
}

impl From<Hours> for HoursBody {
    fn from(hours: Hours) -> Self {
        let period = |it: Period| PeriodBody { day: it.day, from: it.from, to: it.to };
        Self { periods: hours.periods.into_iter().map(period).collect(), holidays: hours.holidays }
    }
}

impl From<HoursBody> for Hours {
    fn from(body: HoursBody) -> Self {
        let period = |it: PeriodBody| Period { day: it.day, from: it.from, to: it.to };
        Self { periods: body.periods.into_iter().map(period).collect(), holidays: body.holidays }
    }
}

/// A passage of the knowledge that was found.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct FoundPassageBody {
    /// The knowledge item it is of
    item_id: Uuid,
    /// The question it answers; null: it is a piece of a text
    question: Option<String>,
    text: String,
    /// Comparable with those beside it only
    #[schema(example = 7.21)]
    score: f32,
    /// From 0 to 1: how much of what was asked it covers
    #[schema(example = 0.83)]
    confidence: f32,
    /// Whether an answer is written from it
    used: bool,
}

impl From<Found> for FoundPassageBody {
    fn from(found: Found) -> Self {
        Self {
            item_id: found.passage.id,
            question: found.passage.question,
            text: found.passage.text,
            score: found.score,
            confidence: found.confidence,
            used: found.used,
        }
    }
}

/// As a run of tests has kept it.
impl From<TestPassage> for FoundPassageBody {
    fn from(found: TestPassage) -> Self {
        Self {
            item_id: found.item_id,
            question: found.question,
            text: found.text,
            score: found.score,
            confidence: found.confidence,
            used: found.used,
        }
    }
}

/// What a bot did with a tool in a trial, or would have done.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MadeBody {
    #[schema(example = "find_order")]
    name: String,
    #[schema(value_type = Object)]
    arguments: Value,
    /// `done`; `failed`; `asked`: the customer would be asked first; `left_out`: it changes something, and this is a trial
    #[schema(value_type = String, example = "done")]
    state: MadeState,
    /// What the model read of it
    result: String,
}

impl From<Made> for MadeBody {
    fn from(made: Made) -> Self {
        Self { name: made.name, arguments: made.arguments, state: made.state, result: made.result }
    }
}

/// What can be set of a bot. What is left out stays as it is.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
pub(super) struct BotPatch {
    /// 1 to 100 characters
    name: Option<String>,
    enabled: Option<bool>,
    /// Up to 20,000 characters
    instructions: Option<String>,
    /// `auto`, or an ISO 639-1 code
    language: Option<String>,
    /// 0 to 60,000
    reply_delay_ms: Option<i64>,
    /// `reply_delay_ms` to 300,000
    max_wait_ms: Option<i64>,
    /// 1 to 200 characters, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    model: Option<Option<String>>,
    /// Up to 1,000 characters, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    handoff_message: Option<Option<String>>,
    /// `plain`, `friendly` or `formal`
    #[schema(value_type = Option<String>)]
    tone: Option<Tone>,
    /// Null: no hours are kept
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<HoursBody>)]
    hours: Option<Option<HoursBody>>,
    /// Needs `hours`
    hands_over_when_closed: Option<bool>,
    /// Up to 1,000 characters, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    closed_message: Option<Option<String>>,
    /// 1 to 1,000, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    answers_per_customer: Option<Option<i64>>,
    /// 1 to 100,000, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    answers_per_day: Option<Option<i64>>,
    /// At most 100 of at most 100 characters
    handoff_keywords: Option<Vec<String>>,
    /// 1 to 100, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    handoff_confidence: Option<Option<i64>>,
    /// 1 to 10, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    handoff_repeats: Option<Option<i64>>,
    hands_over_when_angry: Option<bool>,
    /// 1 to 10,000,000,000, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    tokens_per_day: Option<Option<i64>>,
    /// In US dollars, up to 1,000,000, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    cost_per_day: Option<Option<f64>>,
    /// `set_label`: put one of the business's labels on a conversation; `set_contact_field`: write down what a customer says
    /// of themselves; `ask_phone`: ask for a phone number that is not known
    #[schema(value_type = Option<Vec<String>>)]
    abilities: Option<Vec<Ability>>,
    sees_pictures: Option<bool>,
    /// Up to 500 characters, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    greeting: Option<Option<String>>,
    /// At most 20
    handoff_labels: Option<Vec<Uuid>>,
}

impl BotPatch {
    pub(super) fn apply(self, settings: &mut Settings) {
        fn set<T>(setting: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *setting = new;
            }
        }
        set(&mut settings.name, self.name);
        set(&mut settings.enabled, self.enabled);
        set(&mut settings.instructions, self.instructions);
        set(&mut settings.language, self.language);
        set(&mut settings.reply_delay_ms, self.reply_delay_ms);
        set(&mut settings.max_wait_ms, self.max_wait_ms);
        set(&mut settings.model, self.model);
        set(&mut settings.handoff_message, self.handoff_message);
        set(&mut settings.tone, self.tone);
        set(&mut settings.hours, self.hours.map(|hours| hours.map(Into::into)));
        set(&mut settings.hands_over_when_closed, self.hands_over_when_closed);
        set(&mut settings.closed_message, self.closed_message);
        set(&mut settings.answers_per_customer, self.answers_per_customer);
        set(&mut settings.answers_per_day, self.answers_per_day);
        set(&mut settings.handoff_keywords, self.handoff_keywords);
        set(&mut settings.handoff_confidence, self.handoff_confidence);
        set(&mut settings.handoff_repeats, self.handoff_repeats);
        set(&mut settings.hands_over_when_angry, self.hands_over_when_angry);
        set(&mut settings.tokens_per_day, self.tokens_per_day);
        set(&mut settings.cost_per_day, self.cost_per_day.map(|cost| cost.map(micros)));
        set(&mut settings.abilities, self.abilities);
        set(&mut settings.sees_pictures, self.sees_pictures);
        set(&mut settings.greeting, self.greeting);
        set(&mut settings.handoff_labels, self.handoff_labels);
    }
}
