//! The frame around what a webhook tells.

use serde_json::{Value, json};

use crate::world::directory::Number;

/// A webhook with one change. `entry_id` is a WABA, or the partner's portfolio for `PARTNER_*`.
pub(crate) fn webhook(entry_id: &str, time_s: i64, field: &str, value: &Value) -> Value {
    webhook_of(&[entry(entry_id, time_s, &[change(field, value)])])
}

pub(crate) fn webhook_of(entries: &[Value]) -> Value {
    json!({"object": "whatsapp_business_account", "entry": entries})
}

pub(crate) fn entry(id: &str, time_s: i64, changes: &[Value]) -> Value {
    json!({"id": id, "time": time_s, "changes": changes})
}

pub(crate) fn change(field: &str, value: &Value) -> Value {
    json!({"value": value, "field": field})
}

/// The start of every value that belongs to a number.
pub(crate) fn number_value(number: &Number) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.digits,
            "phone_number_id": number.id,
        },
    })
}
