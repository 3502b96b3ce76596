//! Entry × change: which field it is, and who reads it.

use serde_json::Value;
use switchboard_store::LeftoverReason;

use super::{
    Route, What,
    account::account_event,
    conversation::Area,
    json::{self, Lenient},
    place::Spot,
    reader::Reader,
};

/// How a field is read.
enum Field {
    /// Messages, echoes, statuses, contacts of a number.
    Conversation,
    /// The life of an account or of a number.
    Account,
    /// Known, and of no use yet.
    Notice,
    Unknown,
}

impl Field {
    fn of(name: &str) -> Self {
        match name {
            "messages" | "history" | "smb_message_echoes" | "smb_app_state_sync" | "standby" | "user_id_update" => {
                Self::Conversation
            }
            "account_update"
            | "account_alerts"
            | "account_review_update"
            | "business_capability_update"
            | "business_username_update"
            | "business_username_updates"
            | "phone_number_name_update"
            | "phone_number_quality_update"
            | "security" => Self::Account,
            "automatic_events"
            | "calls"
            | "flows"
            | "message_echoes"
            | "messaging_handovers"
            | "partner_solutions"
            | "payment_configuration_update"
            | "template_category_update"
            | "tracking_events"
            | "user_preferences" => Self::Notice,
            _ if name.starts_with("group_") || name.starts_with("message_template_") => Self::Notice,
            _ => Self::Unknown,
        }
    }
}

impl Reader {
    pub(super) fn entry(&mut self, entry: &Spot<'_>) {
        let entry_id = entry.value.id("id");
        if entry.member("changes").is_some() {
            for change in entry.each("changes") {
                self.change(entry, &change, entry_id.as_deref());
            }
        } else if entry.member("field").or_else(|| entry.member("value")).is_some() {
            self.change(entry, entry, entry_id.as_deref());
        } else {
            let route = entry_id.map_or(Route::None, Route::Waba);
            self.malformed(&route, entry.alone(), "an entry without changes");
        }
    }

    fn change(&mut self, entry: &Spot<'_>, change: &Spot<'_>, entry_id: Option<&str>) {
        // Where `value` is missing, its members may stand in its place.
        let value = change.member("value").unwrap_or_else(|| change.clone());
        let route = Route::of_value(value.value, entry_id);
        let field = [change, &value, entry].into_iter().find_map(|holder| holder.value.text("field"));
        let has_value = value.value.is_object() && change.value.get("value") != Some(&Value::Null);
        match field {
            _ if !has_value => self.malformed(&route, change.alone(), "a change without a value"),
            None => self.malformed(&route, change.alone(), "a change without a field"),
            Some(field) => self.field(field, &route, change, &value, entry_id),
        }
    }

    fn field(&mut self, field: &str, route: &Route, change: &Spot<'_>, value: &Spot<'_>, entry_id: Option<&str>) {
        match Field::of(field) {
            Field::Conversation => {
                let before = self.count();
                self.area(&Area::new(field, route, value), value);
                if self.count() == before {
                    self.malformed(route, change.alone(), &format!("nothing readable in a change of {field}"));
                }
            }
            Field::Account => {
                let event = account_event(field, value.value, entry_id);
                self.push(&Route::of_account(value.value, entry_id), change.alone(), What::Account(event));
            }
            Field::Notice => {
                self.notice(route, change.alone(), template_field(field, value.value), value.value.clone());
            }
            Field::Unknown => {
                let detail = format!("the field {}", json::brief(field));
                self.leftover(route, change.alone(), LeftoverReason::UnknownField, detail);
            }
        }
    }
}

/// Meta's example of a template's quality update bears the name of the status update.
fn template_field<'a>(field: &'a str, value: &Value) -> &'a str {
    match field {
        "message_template_status_update" if value.get("new_quality_score").is_some() => {
            "message_template_quality_update"
        }
        field => field,
    }
}
