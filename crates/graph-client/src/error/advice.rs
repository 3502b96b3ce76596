//! How long to wait, and what to tell people.

use std::time::Duration;

use super::{GraphError, Kind, Scope};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

impl GraphError {
    /// How long to wait before the next try, after `attempt` tries that failed before this one (0 for the first failure).
    /// Meta's `Retry-After` comes first. It has a meaning where [`Kind::is_retryable`] holds, and for 131049.
    pub fn wait(&self, attempt: u32) -> Duration {
        if let Some(wait) = self.retry_after.or_else(|| self.code.and_then(wait_of_code)) {
            return wait;
        }
        match self.kind {
            Kind::Throttled(Scope::Pair) => growing(SECOND, 4, attempt, HOUR),
            Kind::Throttled(Scope::App | Scope::Waba) => growing(MINUTE, 2, attempt, HOUR),
            Kind::Throttled(Scope::Registration) => growing(5 * MINUTE, 2, attempt, DAY),
            Kind::Quality => growing(15 * MINUTE, 2, attempt, DAY),
            _ => growing(SECOND, 2, attempt, 5 * MINUTE),
        }
    }

    /// A sentence for the people of the business, without codes and without blame.
    pub fn plain_reason(&self) -> &'static str {
        self.kind.plain_reason(self.code)
    }
}

impl Kind {
    /// A sentence for people, for codes that came in a status webhook too.
    pub fn plain_reason(self, code: Option<i64>) -> &'static str {
        code.and_then(reason_of_code).unwrap_or(match self {
            Self::Reauthorise => "WhatsApp no longer accepts our access. Connect the number again.",
            Self::Permission => {
                "We are not allowed to do this for this account. Connect the number again and grant all permissions."
            }
            Self::Throttled(Scope::Pair) => {
                "Too many messages to this person in a short time. We will try again shortly."
            }
            Self::Throttled(Scope::Registration) => "The number was registered too often. We will try again later.",
            Self::Throttled(_) => "WhatsApp asks us to slow down. We will try again shortly.",
            Self::Quality => "WhatsApp limits this number because people reported or blocked its messages.",
            Self::Transient => "WhatsApp had a hiccup. We will try again.",
            Self::WindowClosed => {
                "More than 24 hours have passed since the customer's last message. Only a template can be sent."
            }
            Self::Recipient => "WhatsApp cannot deliver this message to this person.",
            Self::Request => "WhatsApp did not accept the request.",
            Self::Account => "The WhatsApp account needs attention in WhatsApp Manager.",
        })
    }
}

/// Codes with a wait of their own. Meta states 131057 (a minute), 133015 (5), 134101 (10), 131049 (a day) and the window of
/// 133016; for the two PIN throttles it says how long in the details only, and these are guesses on the safe side.
fn wait_of_code(code: i64) -> Option<Duration> {
    Some(match code {
        131_057 => MINUTE,
        133_009 | 133_015 => 5 * MINUTE,
        134_101 => 10 * MINUTE,
        133_008 => HOUR,
        131_049 => DAY,
        // Ten registrations per number in 72 hours.
        133_016 => 3 * DAY,
        _ => return None,
    })
}

fn reason_of_code(code: i64) -> Option<&'static str> {
    Some(match code {
        131_026 => "This person cannot receive the message: they may not use WhatsApp, or an old version of it.",
        131_049 => "WhatsApp held the message back so as not to overload this person. Try again in a day.",
        131_050 => "This person does not want marketing messages from you.",
        131_031 => "WhatsApp has locked the account.",
        131_037 => "The number's display name is not approved yet.",
        131_042 => "WhatsApp could not charge for the message. Check the payment method in WhatsApp Manager.",
        131_053 => "WhatsApp could not take over the file.",
        132_001 => "The template does not exist in this language, or is not approved.",
        132_015 | 132_016 => "The template is paused or disabled because of its quality.",
        133_005 => "The two-step verification PIN is wrong.",
        133_006 => "The number must be verified before it can be registered.",
        133_010 => "The number is not registered yet.",
        133_015 => "The number was deleted a moment ago. We will try again in a few minutes.",
        368 | 130_497 => "WhatsApp has restricted the account.",
        2_593_107 => "The phone app's data was already requested.",
        2_593_108 => "The time to take over the phone app's data has run out. Connect the number again to start over.",
        2_593_109 => "The business chose not to share its history in the phone app.",
        _ => return None,
    })
}

fn growing(first: Duration, factor: u32, attempt: u32, longest: Duration) -> Duration {
    first.saturating_mul(factor.saturating_pow(attempt)).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: i64) -> GraphError {
        let body = serde_json::json!({"error": {"code": code}}).to_string();
        GraphError::from_reply(400, body.as_bytes(), None)
    }

    fn waits(code: i64) -> [u64; 4] {
        [0, 1, 2, 3].map(|attempt| error(code).wait(attempt).as_secs())
    }

    #[test]
    fn a_pair_waits_powers_of_four() {
        assert_eq!(waits(131_056), [1, 4, 16, 64]);
    }

    #[test]
    fn the_rest_waits_as_meta_says() {
        assert_eq!(waits(130_429), [1, 2, 4, 8]);
        assert_eq!(waits(4), [60, 120, 240, 480]);
        assert_eq!(waits(80_007), [60, 120, 240, 480]);
        assert_eq!(waits(131_048), [900, 1800, 3600, 7200]);
        assert_eq!(waits(134_101), [600; 4]);
        assert_eq!(waits(133_015), [300; 4]);
        assert_eq!(waits(133_016), [259_200; 4]);
        assert_eq!(waits(131_049), [86_400; 4]);
    }

    #[test]
    fn waits_are_bounded() {
        for code in [1, 4, 130_429, 131_048, 131_056, 133_016] {
            assert!(error(code).wait(u32::MAX) <= 3 * DAY, "{code}");
        }
    }

    #[test]
    fn the_retry_after_header_wins() {
        for code in [131_056, 134_101] {
            let told = GraphError { retry_after: Some(7 * SECOND), ..error(code) };
            assert_eq!(told.wait(3), 7 * SECOND);
        }
    }

    #[test]
    fn reasons_are_sentences_without_codes() {
        for code in (0..400).chain(130_000..136_000).chain(2_593_100..2_593_120) {
            let reason = error(code).plain_reason();
            assert!(reason.ends_with('.') && reason.chars().next().unwrap().is_uppercase(), "{code}: {reason}");
            assert!(code < 100 || !reason.contains(&code.to_string()), "{code}: {reason}");
        }
        assert!(error(131_042).plain_reason().contains("payment"));
        assert!(error(131_047).plain_reason().contains("24 hours"));
    }
}
