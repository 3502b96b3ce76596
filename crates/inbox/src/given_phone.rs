//! The number that a customer gives when the bot asks for it.
//!
//! A card proves nothing: it may hold anybody's number. So it is kept apart from the phone a customer is known by, and only
//! the card that answers the bot's request counts.

use serde_json::Value;
use switchboard_store::{Conn, Millis, Result, TenantId, contact};
use uuid::Uuid;

use crate::{contact_details, incoming::Body};

/// What Meta says of a card that answers a request (Cloud API, request contact information).
const REQUESTED: &str = "contact_request";
/// Digits of a number (E.164), and fewer than any country has.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A number that was given, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) tenant_id: TenantId,
    pub(crate) contact_id: Uuid,
    pub(crate) phone: String,
}

/// The number on a card that answers a request, in digits.
pub(crate) fn on_card(body: &Body) -> Option<String> {
    let payload = body.payload.as_ref().filter(|payload| body.kind == "contacts" && answers_request(payload))?;
    let phone = &payload["contacts"][0]["phones"][0];
    // As WhatsApp writes it, where it does; a customer may have written it down without its country.
    let written = [&phone["wa_id"], &phone["phone"]].into_iter().find_map(Value::as_str)?;
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    DIGITS.contains(&digits.len()).then_some(digits)
}

/// Whatever else Meta says of its kind behind a slash.
fn answers_request(payload: &Value) -> bool {
    payload["origin"].as_str().and_then(|origin| origin.split('/').next()) == Some(REQUESTED)
}

/// Stores numbers that were given where the bot waits for one.
pub(crate) async fn take(conn: &mut Conn<'_>, now: Millis, given: &[Given]) -> Result<()> {
    for Given { tenant_id, contact_id, phone } in given {
        if let Some(contact) = contact::give_phone(conn, *tenant_id, *contact_id, phone, now).await? {
            contact_details::tell(conn, &contact, now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({ "phone": "+1 (415) 555-0829" }), Some("14155550829"))]
    #[case(json!({ "phone": "0415 555 08 29", "wa_id": "14155550829" }), Some("14155550829"))]
    #[case(json!({ "phone": "12" }), None)]
    #[case(json!({ "phone": "1234567890123456" }), None)]
    #[case(json!({}), None)]
    fn a_number_is_read_in_digits_or_not_at_all(#[case] phone: Value, #[case] read: Option<&str>) {
        let card = |origin: &str| Body {
            kind: "contacts".into(),
            text: None,
            payload: Some(json!({ "contacts": [{ "phones": [phone] }], "origin": origin })),
        };
        for origin in ["contact_request", "contact_request/other"] {
            assert_eq!(on_card(&card(origin)).as_deref(), read);
        }
        assert_eq!(on_card(&card("other")), None, "nobody asked for it");
    }
}
