//! The address book of the WhatsApp Business app.

use switchboard_inbox::incoming::Incoming;
use switchboard_store::LeftoverReason;

use super::{
    conversation::Area,
    json::{self, Lenient},
    party::{CONTACT, Named},
    place::Spot,
    reader::Reader,
};

impl Reader {
    /// Reads one of `state_sync`. An entry that was removed changes nothing: the customer is still who they were.
    pub(super) fn address_book(&mut self, area: &Area<'_>, entry: &Spot<'_>) {
        let place = entry.alone();
        let Some(contact) = entry.value.object("contact") else {
            return self.malformed(area.route, place, "an address book entry without a contact");
        };
        let name = contact.text("full_name").or_else(|| contact.text("first_name")).map(json::name);
        match (entry.value.text("action"), name) {
            (Some("add"), Some(name)) => match Named::read(contact, &CONTACT).completed_by(None) {
                Some(mut party) => {
                    party.name = Some(name);
                    self.conversation(area.route, place, Incoming::ContactName { party });
                }
                None => self.malformed(area.route, place, "an address book entry of nobody"),
            },
            (Some("add" | "remove"), _) => {
                self.notice(area.route, place, area.field, entry.value.clone());
            }
            (action, _) => {
                let detail = format!("the address book action {}", json::brief(action.unwrap_or("(none)")));
                self.leftover(area.route, place, LeftoverReason::UnknownType, detail);
            }
        }
    }
}
