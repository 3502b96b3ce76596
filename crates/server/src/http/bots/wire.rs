//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_bots::{
    bot::{Bot, Settings},
    playground::Found,
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::body::present;

/// A bot.
#[derive(Serialize, ToSchema)]
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
            created_at: bot.created_at.to_rfc3339(),
            updated_at: bot.updated_at.to_rfc3339(),
        }
    }
}

/// A passage of the knowledge that was found.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundPassageBody {
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
    }
}
