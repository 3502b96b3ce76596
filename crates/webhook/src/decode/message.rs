//! What a customer said, and what the business said elsewhere.

use serde_json::{Map, Value};
use switchboard_inbox::incoming::{Content, Incoming, Origin, Said};

use super::{
    body,
    conversation::Area,
    identity,
    json::Lenient,
    party::{self, Named},
    place::{Beside, Spot},
    reader::Reader,
};

impl Reader {
    /// Reads one of `messages`; `thread` is the customer of the thread it stands in, where there is one. True if the
    /// `errors` beside the list explain why this message has no content, and so belong to it.
    pub(super) fn message(&mut self, area: &Area<'_>, message: &Spot<'_>, thread: Option<&str>) -> bool {
        let by_business = is_by_business(message.value, area.business.as_deref(), thread);
        let (keys, missing) = if by_business {
            (&party::RECEIVER, "a message to nobody")
        } else {
            (&party::SENDER, "a message from nobody")
        };
        let mut customer = Named::read(message.value, keys);
        if customer.is_nobody() && !by_business {
            customer = identity::who(message.value);
        }
        if let Some(thread) = thread.filter(|_| customer.is_nobody()) {
            customer = Named::by_address(thread);
        }
        let wrap = if by_business { Incoming::Echo } else { Incoming::Message };
        self.said(area, message, message.value, customer, missing, wrap)
    }

    /// Reads one of `message_echoes`: the business said it on its phone, or another responder did. True as for
    /// [`Reader::message`].
    pub(super) fn echo(&mut self, area: &Area<'_>, echo: &Spot<'_>) -> bool {
        let message = unfolded(echo.value);
        let message = message.as_ref().unwrap_or(echo.value);
        let customer = Named::read(message, &party::RECEIVER);
        self.said(area, echo, message, customer, "an echo to nobody", Incoming::Echo)
    }

    fn said(
        &mut self,
        area: &Area<'_>,
        spot: &Spot<'_>,
        message: &Value,
        customer: Named,
        missing_party: &str,
        wrap: fn(Said) -> Incoming,
    ) -> bool {
        let contact = area.contacts.find(&customer);
        let party = customer.completed_by(contact.and_then(|index| area.contacts.get(index)));
        let (Some(wamid), Some(party)) = (message.id("id"), party) else {
            let detail = if message.id("id").is_none() { "a message without an id" } else { missing_party };
            self.malformed(area.route, spot.beside(&area.holder, Beside::All, false), detail);
            return false;
        };
        let stray_errors = match area.origin {
            Origin::History => None,
            Origin::Live | Origin::Standby => {
                area.holder.value.filled("errors").filter(|_| message.filled("errors").is_none())
            }
        };
        let content = body::content(message, stray_errors);
        let errors_claimed = stray_errors.is_some() && matches!(content, Content::Unsupported(_));
        let said = Said {
            wamid,
            party,
            said_at: message.time("timestamp", self.received_at),
            origin: area.origin,
            group_id: message.id("group_id"),
            reply_to: message.get("context").and_then(|context| context.id("id").or_else(|| context.id("message_id"))),
            content,
        };
        let contacts = contact.map_or(Beside::None, Beside::One);
        self.conversation(area.route, spot.beside(&area.holder, contacts, errors_claimed), wrap(said));
        errors_claimed
    }

    /// A field Meta announced and withdrew; some still model it. It has no message id, so it gets one that is the same
    /// whenever it is delivered.
    pub(super) fn user_id_update(&mut self, area: &Area<'_>, update: &Spot<'_>) {
        let place = update.beside(&area.holder, Beside::All, false);
        let Some(change) = identity::user_id_update(update.value) else {
            self.malformed(area.route, place, "a user id update without a user id");
            return;
        };
        let mut customer = Named::read(update.value, &party::CONTACT);
        customer.party.user_id = change.previous_user_id.clone().or_else(|| change.user_id.clone());
        let contact = area.contacts.find(&customer).and_then(|index| area.contacts.get(index));
        let Some(party) = customer.completed_by(contact) else {
            self.malformed(area.route, place, "a user id update of nobody");
            return;
        };
        let [previous, new] = [&change.previous_user_id, &change.user_id].map(|id| id.as_deref().unwrap_or_default());
        let wamid = format!("user_id_update:{previous}:{new}");
        let said_at = update.value.time("timestamp", self.received_at);
        let content = identity::updated(update.value, change);
        let said = Said { wamid, party, said_at, origin: area.origin, group_id: None, reply_to: None, content };
        self.conversation(area.route, place, Incoming::Message(said));
    }
}

/// In the history both sides stand in one list. Without `metadata` to compare with, whoever is not the thread's customer
/// is the business.
fn is_by_business(message: &Value, business: Option<&str>, thread: Option<&str>) -> bool {
    let Some(from) = message.id("from").and_then(|from| party::digits(&from)) else {
        return false;
    };
    match (business, thread.and_then(party::digits)) {
        (Some(business), _) => from == business,
        (None, Some(customer)) => from != customer,
        (None, None) => false,
    }
}

/// An echo of another responder holds what was sent in `message`, with the `template` or `flow` it was made from beside
/// it. Unfolded it looks like any other message.
fn unfolded(echo: &Value) -> Option<Value> {
    let mut message: Map<String, Value> = echo.object("message")?.as_object()?.clone();
    for (name, member) in echo.as_object()? {
        match name.as_str() {
            "message" => {}
            "id" | "timestamp" => {
                message.insert(name.clone(), member.clone());
            }
            _ if message.contains_key(name) => {
                message.insert(format!("{name}_details"), member.clone());
            }
            _ => {
                message.insert(name.clone(), member.clone());
            }
        }
    }
    Some(Value::Object(message))
}
