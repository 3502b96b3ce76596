//! What really arrived and left.

use switchboard_graph_client::Kind;
use switchboard_store::{
    MessageStatus,
    number::{LastSend, Number},
};

use super::Check;

/// "Business eligibility payment issue".
const UNPAID: i64 = 131_042;

pub(super) fn checks(number: &Number, last_send: Option<&LastSend>) -> [Check; 3] {
    [payment(last_send), last_webhook(number), sent(last_send)]
}

/// Meta has no call that tells; a message that was refused for it does.
fn payment(last_send: Option<&LastSend>) -> Check {
    match last_send {
        None => Check::unknown("payment", "No message has left yet: only a refused one would tell."),
        Some(last) if code(last) == Some(UNPAID) => Check::fail(
            "payment",
            "Meta refused the last message because of the account's payment method.",
            "Add a payment method to the WhatsApp account in Meta's Business settings.",
        ),
        Some(_) => Check::pass("payment", "Meta has not refused the last message for payment."),
    }
}

fn last_webhook(number: &Number) -> Check {
    match number.last_webhook_at {
        Some(at) => Check::pass("last_webhook", format!("Meta last told something at {}.", at.to_rfc3339())),
        None => Check::unknown("last_webhook", "Nothing has arrived for the number yet. Write to it from a phone."),
    }
}

fn sent(last_send: Option<&LastSend>) -> Check {
    const NAME: &str = "last_send";
    let Some(last) = last_send else { return Check::unknown(NAME, "No message has left yet.") };
    if last.status != MessageStatus::Failed {
        return Check::pass(NAME, format!("The last message left at {}.", last.at.to_rfc3339()));
    }
    let code = code(last);
    let kind = code.and_then(Kind::of_code).unwrap_or(Kind::Request);
    Check::warn(NAME, format!("The last message failed. {}", kind.plain_reason(code)), "Look at the conversation.")
}

fn code(last: &LastSend) -> Option<i64> {
    last.error.as_ref()?.0["code"].as_i64()
}
