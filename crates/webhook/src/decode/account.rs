use serde_json::Value;
use switchboard_onboarding::AccountEvent;

use super::{json::Lenient, route};

/// Something happened to an account or to a number: a permission withdrawn, a quality rating, a name decided upon.
pub(super) fn account_event(field: &str, value: &Value, entry_id: Option<&str>) -> AccountEvent {
    let text = |key: &str| value.text(key).map(str::to_owned);
    AccountEvent {
        field: field.to_owned(),
        event: text("event"),
        waba_id: route::waba_id(value, entry_id),
        display_phone_number: route::display_phone_number(value),
        decision: text("decision"),
        current_limit: text("current_limit"),
        requested_verified_name: text("requested_verified_name"),
        value: value.clone(),
    }
}
