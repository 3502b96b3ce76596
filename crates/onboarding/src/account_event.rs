//! What Meta tells about an account or a number, outside any conversation.

use serde_json::Value;

/// One change of an account field, such as `account_update` or `phone_number_quality_update`. Meta leaves out whatever it
/// likes, so every field but the first is what was found, if it was.
///
/// Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update and its
/// neighbours.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountEvent {
    /// The webhook field: `account_update`, `phone_number_quality_update`, …
    pub field: String,
    /// `PARTNER_REMOVED`, `DISABLED_UPDATE`, `FLAGGED`, …
    pub event: Option<String>,
    /// Meta's id of the account: of `waba_info` where there is one, since `entry.id` is the partner's portfolio then.
    pub waba_id: Option<String>,
    /// The number it is about, in whatever spelling; `None`: the whole account.
    pub display_phone_number: Option<String>,
    /// `APPROVED`, `REJECTED`, …
    pub decision: Option<String>,
    /// `TIER_250`, `TIER_2K`, … `TIER_UNLIMITED`.
    pub current_limit: Option<String>,
    pub requested_verified_name: Option<String>,
    /// All that was said.
    pub value: Value,
}
