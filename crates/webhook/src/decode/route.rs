use serde_json::Value;

use super::{json::Lenient, party::digits};

/// Whom an item concerns, as far as the item tells. Most fields name the number, the rest only the account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Route {
    PhoneNumberId(String),
    Waba(String),
    /// A number named by its digits, within a WABA. Meta does not always write the number Switchboard knows here: where
    /// none matches, the WABA still tells whose it is.
    DisplayNumber {
        waba_id: String,
        display_phone_number: String,
    },
    None,
}

impl Route {
    /// Meta's id of the number or, where only that is told, of the account.
    pub fn meta_id(&self) -> Option<&str> {
        match self {
            Self::PhoneNumberId(id) | Self::Waba(id) | Self::DisplayNumber { waba_id: id, .. } => Some(id),
            Self::None => None,
        }
    }

    /// The number in `metadata`, else the `recipient` of a handover, else what [`Route::of_account`] finds.
    pub(super) fn of_value(value: &Value, entry_id: Option<&str>) -> Self {
        let number = |holder: &str| value.get(holder).and_then(|holder| holder.id("phone_number_id"));
        match number("metadata").or_else(|| number("recipient")) {
            Some(id) => Self::PhoneNumberId(id),
            None => Self::of_account(value, entry_id),
        }
    }

    /// Of a field that carries no `metadata`.
    pub(super) fn of_account(value: &Value, entry_id: Option<&str>) -> Self {
        match (value.id("entity_id"), value.text("entity_type")) {
            (Some(id), Some("PHONE_NUMBER")) => return Self::PhoneNumberId(id),
            (Some(id), Some("WABA" | "WHATSAPP_BUSINESS_ACCOUNT")) => return Self::Waba(id),
            _ => {}
        }
        match (waba_id(value, entry_id), display_phone_number(value)) {
            (Some(waba_id), Some(display_phone_number)) => Self::DisplayNumber { waba_id, display_phone_number },
            (Some(waba_id), None) => Self::Waba(waba_id),
            (None, _) => Self::None,
        }
    }
}

/// The account an event is about. For `PARTNER_*` events the entry's id is the platform's own portfolio, and only
/// `waba_info` tells.
pub(super) fn waba_id(value: &Value, entry_id: Option<&str>) -> Option<String> {
    value.get("waba_info").and_then(|info| info.id("waba_id")).or_else(|| entry_id.map(str::to_owned))
}

/// Digits only, whichever way the number is named and written.
pub(super) fn display_phone_number(value: &Value) -> Option<String> {
    let named = |holder: &Value| {
        holder.id("display_phone_number").or_else(|| holder.id("phone_number")).and_then(|number| digits(&number))
    };
    named(value).or_else(|| value.get("metadata").and_then(named))
}
