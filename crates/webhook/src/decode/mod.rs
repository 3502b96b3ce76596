//! What a delivery holds, item by item.
//!
//! A delivery batches up to a thousand updates, of several tenants, in no order. Each becomes an [`Item`] of its own, so
//! that one nobody can read holds back none of its neighbours. Decoding cannot fail: what is not understood becomes a
//! [`What::Leftover`], and nothing is dropped without one.
//!
//! Reading is lenient where Meta's documentation, its examples and what is seen on the wire differ: ids and times as
//! strings or numbers, one object where a list belongs, `field` beside, above or inside `value`; everything optional is
//! optional. It is strict where leniency would do harm: a field nobody here knows is never read as a live message,
//! whatever it looks like, because the AI might answer what was not said to it.
//!
//! Source: Meta's webhook reference (developers.facebook.com/documentation/business-messaging/whatsapp/webhooks).

mod account;
mod address_book;
mod body;
mod change;
mod conversation;
mod history;
mod identity;
mod item;
mod json;
mod message;
mod party;
mod place;
mod reader;
mod render;
mod repair;
mod route;
mod status;

use serde_json::Value;
use switchboard_store::{LeftoverReason, Millis};

pub use item::{Item, What};
pub use route::Route;

use json::Lenient;
use reader::Reader;

/// All that one delivery holds: entry by entry, change by change, and each list of a change in its order.
#[derive(Debug, Clone)]
pub struct Decoded {
    pub items: Vec<Item>,
}

/// Decodes the body of one delivery.
///
/// `received_at` stands in for times that are missing or make no sense. Any bytes will do: a body that is not JSON (or
/// is nested more than 128 deep), or not the envelope, or an empty one, is one [`What::Leftover`].
pub fn decode(body: &[u8], received_at: Millis) -> Decoded {
    let mut items = envelope(body).map(|root| Reader::new(root, received_at).read());
    if items.as_ref().is_ok_and(Vec::is_empty) {
        items = Err("nothing in it".to_owned());
    }
    let items = items.unwrap_or_else(|detail| vec![Item::undecodable(body, LeftoverReason::Malformed, detail)]);
    Decoded { items }
}

/// `{"object":"whatsapp_business_account","entry":[…]}`; an absent `object` is let pass, since Meta's own examples
/// misplace it.
fn envelope(body: &[u8]) -> Result<Value, String> {
    let root = repair::parse(body).map_err(|error| format!("not JSON: {error}"))?;
    if let Some(object) = root.text("object").filter(|object| *object != "whatsapp_business_account") {
        return Err(format!("not about WhatsApp but {}", json::brief(object)));
    }
    match root.get("entry") {
        Some(Value::Array(_) | Value::Object(_)) => Ok(root),
        _ => Err("no entry".to_owned()),
    }
}
