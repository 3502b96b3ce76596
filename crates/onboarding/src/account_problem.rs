//! Meta's account events in words for people.

use serde_json::Value;

use crate::AccountEvent;

/// What an `account_update` means for the numbers it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Access has ended; why.
    Ended(&'static str),
    /// Access is back.
    Restored,
    /// A ban has been lifted.
    Cleared,
    /// Something to know or do.
    Problem(String),
    /// Nothing that changes a number.
    Nothing,
}

pub(crate) fn meaning(event: &AccountEvent) -> Meaning {
    match event.event.as_deref() {
        Some("PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED") => Meaning::Ended(
            "Switchboard was removed from the WhatsApp account at Meta. Connect the number again to go on.",
        ),
        Some("ACCOUNT_OFFBOARDED") => {
            Meaning::Ended("The number was disconnected in the WhatsApp Business app. Connect it again to go on.")
        }
        Some("ACCOUNT_DELETED") => {
            Meaning::Ended("The WhatsApp account was deleted at Meta. Connect another one to go on.")
        }
        Some("ACCOUNT_RECONNECTED") => Meaning::Restored,
        Some("DISABLED_UPDATE") => banned(&event.value),
        Some("ACCOUNT_RESTRICTION") => Meaning::Problem(restricted(&event.value)),
        Some("ACCOUNT_VIOLATION") => Meaning::Problem(violated(&event.value)),
        _ => Meaning::Nothing,
    }
}

fn banned(value: &Value) -> Meaning {
    let info = &value["ban_info"];
    // A list in one of Meta's examples.
    let state = info["waba_ban_state"].as_str().or_else(|| info["waba_ban_state"][0].as_str());
    let date = info["waba_ban_date"].as_str();
    match (state, date) {
        (Some("REINSTATE"), _) => Meaning::Cleared,
        (Some("SCHEDULE_FOR_DISABLE"), Some(date)) => Meaning::Problem(format!(
            "Meta will disable the WhatsApp account on {}. See WhatsApp Manager for the reason and to appeal.",
            plain(date)
        )),
        (Some("SCHEDULE_FOR_DISABLE"), None) => Meaning::Problem(
            "Meta will disable the WhatsApp account. See WhatsApp Manager for the reason and to appeal.".to_owned(),
        ),
        _ => Meaning::Problem(
            "Meta has disabled the WhatsApp account. See WhatsApp Manager for the reason and to appeal.".to_owned(),
        ),
    }
}

fn restricted(value: &Value) -> String {
    let kinds = value["restriction_info"].as_array().into_iter().flatten();
    let words: Vec<_> = kinds.filter_map(|kind| kind["restriction_type"].as_str()).map(restriction).collect();
    let words = if words.is_empty() { "some uses".to_owned() } else { words.join("; ") };
    format!("Meta has restricted the WhatsApp account: {words}. See WhatsApp Manager.")
}

fn restriction(kind: &str) -> String {
    match kind {
        "RESTRICTED_BIZ_INITIATED_MESSAGING" => "it cannot write to customers first".to_owned(),
        "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" => "it cannot answer customers".to_owned(),
        "RESTRICTED_ADD_PHONE_NUMBER_ACTION" => "it cannot add numbers".to_owned(),
        other => plain(other),
    }
}

fn violated(value: &Value) -> String {
    match value["violation_info"]["violation_type"].as_str() {
        Some(kind) => {
            format!("Meta found a breach of its policy ({}). See WhatsApp Manager for what to do.", plain(kind))
        }
        None => "Meta found a breach of its policy. See WhatsApp Manager for what to do.".to_owned(),
    }
}

/// `ADULT_CONTENT` as `adult content`; short, whatever was sent.
fn plain(text: &str) -> String {
    let words: String = text.chars().filter(|letter| !letter.is_control()).take(100).collect();
    if words.contains(char::is_lowercase) { words } else { words.to_lowercase().replace('_', " ") }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn told(event: &str, value: Value) -> Meaning {
        meaning(&AccountEvent { event: Some(event.to_owned()), value, ..AccountEvent::default() })
    }

    #[rstest]
    #[case(json!("DISABLE"), "has disabled")]
    #[case(json!(["DISABLE"]), "has disabled")]
    #[case(json!("SCHEDULE_FOR_DISABLE"), "will disable the WhatsApp account on April 17, 2025")]
    #[case(json!(null), "has disabled")]
    fn a_ban_is_told_whatever_shape_it_has(#[case] state: Value, #[case] expected: &str) {
        let info = json!({"ban_info": {"waba_ban_state": state, "waba_ban_date": "April 17, 2025"}});
        let Meaning::Problem(problem) = told("DISABLED_UPDATE", info) else { panic!("a ban is a problem") };
        assert!(problem.contains(expected), "{problem}");
    }

    #[test]
    fn a_lifted_ban_is_no_problem() {
        let info = json!({"ban_info": {"waba_ban_state": "REINSTATE"}});
        assert_eq!(told("DISABLED_UPDATE", info), Meaning::Cleared);
    }

    #[test]
    fn restrictions_and_violations_are_told_in_words() {
        let info = json!({"restriction_info": [
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1_641_330_498},
            {"restriction_type": "SOMETHING_NEW"},
        ]});
        let expected = "Meta has restricted the WhatsApp account: it cannot write to customers first; something new. See WhatsApp Manager.";
        assert_eq!(told("ACCOUNT_RESTRICTION", info), Meaning::Problem(expected.to_owned()));
        let Meaning::Problem(problem) =
            told("ACCOUNT_VIOLATION", json!({"violation_info": {"violation_type": "ADULT"}}))
        else {
            panic!("a violation is a problem")
        };
        assert!(problem.contains("(adult)"), "{problem}");
    }

    #[test]
    fn what_does_not_concern_a_number_changes_none() {
        assert_eq!(told("VERIFIED_ACCOUNT", json!({"phone_number": "1"})), Meaning::Nothing);
        assert_eq!(meaning(&AccountEvent::default()), Meaning::Nothing);
    }
}
