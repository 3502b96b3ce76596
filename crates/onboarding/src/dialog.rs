//! What the browser heard from Meta's dialog: the message `WA_EMBEDDED_SIGNUP`, which comes before the code, after it, or
//! without one.

use serde_json::Value;
use switchboard_store::{Millis, onboarding::Dialog};

/// In characters. Longer texts are not Meta's.
const LONGEST: usize = 500;

/// Reads `event` and `data` of the message. What is missing or of another type is absent: the message passes through a
/// browser, and Meta documents it loosely.
///
/// Source: developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation, and errors.
pub(crate) fn read(event: Option<&str>, data: &Value, now: Millis) -> Dialog {
    let mut waba_ids: Vec<_> = text(&data["waba_id"]).into_iter().collect();
    let others = data["waba_ids"].as_array().into_iter().flatten().filter_map(text);
    for id in others.take(100) {
        if !waba_ids.contains(&id) {
            waba_ids.push(id);
        }
    }
    Dialog {
        event: event.map(short),
        at: Some(now),
        current_step: text(&data["current_step"]),
        error_message: text(&data["error_message"]),
        // The name differs between Meta's pages.
        error_id: text(&data["error_id"]).or_else(|| text(&data["error_code"])),
        session_id: text(&data["session_id"]),
        waba_ids,
        phone_number_id: text(&data["phone_number_id"]),
        business_id: text(&data["business_id"]),
    }
}

/// Why a dialog that gave no permission ended, in words for people. A problem that somebody reported comes as `CANCEL` too:
/// what it carries tells them apart.
pub(crate) fn withheld(dialog: &Dialog) -> String {
    if let Some(message) = &dialog.error_message {
        let id = dialog.error_id.as_ref().map(|id| format!(" (error {id})")).unwrap_or_default();
        return format!("Meta's dialog could not go on. It said: “{message}”{id}. Start the connection again.");
    }
    match (dialog.event.as_deref(), dialog.current_step.as_deref()) {
        (Some(event), _) if event.starts_with("FINISH") => {
            "The dialog at Meta ended well, but its code never arrived here. Recover the connection, or start it again."
                .to_owned()
        }
        (Some("ERROR"), _) => "The dialog at Meta ended with an error. Start the connection again.".to_owned(),
        (_, Some(step)) => format!(
            "The dialog at Meta was closed at the step “{}”, before permission was given. Start again when you are ready.",
            step.to_lowercase().replace('_', " ")
        ),
        _ => "The dialog at Meta was closed before permission was given. Start again when you are ready.".to_owned(),
    }
}

/// Whether the dialog ended without permission, as far as the message goes.
pub(crate) fn is_withheld(dialog: &Dialog) -> bool {
    matches!(dialog.event.as_deref(), Some("CANCEL" | "ERROR"))
}

/// Whether the dialog ended well and told enough to ask Meta for what its code would have opened.
pub(crate) fn is_recoverable(dialog: &Dialog) -> bool {
    let finished = dialog.event.as_deref().is_some_and(|event| event.starts_with("FINISH"));
    finished && !dialog.waba_ids.is_empty() && dialog.business_id.is_some()
}

/// Somebody chose an account and no number of it.
pub(crate) fn without_number(dialog: &Dialog) -> bool {
    dialog.event.as_deref() == Some("FINISH_ONLY_WABA") && dialog.phone_number_id.is_none()
}

/// Somebody scanned the code with the WhatsApp Business app, which tells no number.
pub(crate) fn from_phone_app(dialog: &Dialog) -> bool {
    dialog.event.as_deref() == Some("FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING")
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(short(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// On one line, and no longer than Meta would make it.
fn short(text: &str) -> String {
    text.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn heard(event: &str, data: &Value) -> Dialog {
        read(Some(event), data, Millis(7))
    }

    #[test]
    fn a_finish_names_what_was_shared_the_chosen_account_first() {
        let data = json!({"phone_number_id": "11", "waba_id": 22, "waba_ids": ["33", "22"], "business_id": "44"});
        let dialog = heard("FINISH", &data);
        assert_eq!((dialog.event.as_deref(), dialog.at), (Some("FINISH"), Some(Millis(7))));
        assert_eq!(dialog.waba_ids, ["22", "33"]);
        assert_eq!((dialog.phone_number_id.as_deref(), dialog.business_id.as_deref()), (Some("11"), Some("44")));
        assert!(!is_withheld(&dialog) && !without_number(&dialog) && !from_phone_app(&dialog));
    }

    #[test]
    fn a_dialog_that_was_left_says_where() {
        let dialog = heard("CANCEL", &json!({"current_step": "PHONE_NUMBER_SETUP"}));
        assert!(is_withheld(&dialog));
        assert!(withheld(&dialog).contains("“phone number setup”"), "{}", withheld(&dialog));
    }

    #[test]
    fn a_finish_without_a_code_is_no_cancel() {
        let dialog = heard("FINISH", &json!({"waba_id": "22", "business_id": "44"}));
        assert!(withheld(&dialog).contains("code never arrived"), "{}", withheld(&dialog));
        assert!(is_recoverable(&dialog));
        for (event, data) in [
            ("FINISH", json!({"waba_id": "22"})),
            ("FINISH", json!({"business_id": "44"})),
            ("CANCEL", json!({"waba_id": "22", "business_id": "44"})),
        ] {
            assert!(!is_recoverable(&heard(event, &data)), "{event} {data}");
        }
    }

    #[test]
    fn a_reported_problem_is_told_whichever_name_its_id_has() {
        for key in ["error_id", "error_code"] {
            let dialog =
                heard("CANCEL", &json!({"error_message": "Number in\n use", key: 524_126, "session_id": "s-1"}));
            assert!(withheld(&dialog).contains("“Number in use” (error 524126)"), "{}", withheld(&dialog));
            assert_eq!(dialog.session_id.as_deref(), Some("s-1"));
        }
        assert!(withheld(&heard("ERROR", &json!(null))).contains("ended with an error"));
    }

    #[test]
    fn what_is_no_message_of_meta_says_nothing() {
        let odd = json!({"waba_id": {"a": 1}, "waba_ids": "22", "phone_number_id": "", "current_step": []});
        let expected = Dialog { event: Some("FINISH".to_owned()), at: Some(Millis(7)), ..Dialog::default() };
        assert_eq!(heard("FINISH", &odd), expected);
        let long = heard("CANCEL", &json!({"error_message": "x".repeat(10_000)}));
        assert_eq!(long.error_message.unwrap().len(), LONGEST);
    }

    #[test]
    fn the_kinds_of_an_end_are_told_apart() {
        assert!(without_number(&heard("FINISH_ONLY_WABA", &json!({"waba_id": "22"}))));
        assert!(from_phone_app(&heard("FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING", &json!({"waba_id": "22"}))));
    }
}
