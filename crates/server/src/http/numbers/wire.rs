//! What the operations of this area answer.

use serde::Serialize;
use switchboard_store::{Millis, NumberStatus, number::Number};
use utoipa::ToSchema;
use uuid::Uuid;

/// A WhatsApp number.
#[derive(Serialize, ToSchema)]
pub(super) struct NumberBody {
    id: Uuid,
    /// Meta's id
    phone_number_id: String,
    #[schema(example = "+1 555-078-3881")]
    display_phone_number: String,
    verified_name: Option<String>,
    /// Meta's id of the account it belongs to
    waba_id: String,
    /// `pending`, `connected`, `reauth_required` or `disconnected`
    #[schema(value_type = String, example = "connected")]
    status: NumberStatus,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`
    quality: Option<String>,
    /// How many conversations the business may start in a day
    #[schema(example = "TIER_2K")]
    messaging_limit: Option<String>,
    /// It also lives in the WhatsApp Business app
    coexistence: bool,
    /// The bot that answers; null: people alone do
    bot_id: Option<Uuid>,
    /// What to know or do about it; null while all is well
    problem: Option<String>,
    /// When Meta last told something about it, to the minute. RFC 3339
    last_webhook_at: Option<String>,
    /// RFC 3339
    created_at: String,
}

impl From<Number> for NumberBody {
    fn from(number: Number) -> Self {
        Self {
            id: number.id,
            phone_number_id: number.phone_number_id,
            display_phone_number: number.display_phone_number,
            verified_name: number.verified_name,
            waba_id: number.waba_id,
            status: number.status,
            quality: number.quality,
            messaging_limit: number.messaging_limit,
            coexistence: number.coexistence,
            bot_id: number.bot_id,
            problem: number.problem.or(number.warning),
            last_webhook_at: number.last_webhook_at.map(Millis::to_rfc3339),
            created_at: number.created_at.to_rfc3339(),
        }
    }
}
