//! The fields that tell of conversations: which lists they hold, and in which light to read them.

use serde_json::json;
use switchboard_inbox::incoming::Origin;

use super::{Route, json::Lenient, party::Contacts, place::Spot, reader::Reader, route};

/// An object with lists of messages, statuses or echoes, and what it says about all of them.
pub(super) struct Area<'a> {
    pub(super) field: &'a str,
    pub(super) route: &'a Route,
    pub(super) holder: Spot<'a>,
    pub(super) contacts: Contacts,
    pub(super) origin: Origin,
    /// The digits of the business's own number.
    pub(super) business: Option<String>,
}

impl<'a> Area<'a> {
    pub(super) fn new(field: &'a str, route: &'a Route, value: &Spot<'a>) -> Self {
        let origin = match field {
            // Also where `value.messages` looks like a live message: media that follow up on the history.
            "history" => Origin::History,
            "standby" => Origin::Standby,
            _ => Origin::Live,
        };
        let business = value.value.get("metadata").and_then(route::display_phone_number);
        Self { field, route, holder: value.clone(), contacts: Contacts::of(value), origin, business }
    }

    /// `value.standby`: the same lists, one level deeper.
    fn standby(&self, standby: &Spot<'a>) -> Self {
        Self {
            field: self.field,
            route: self.route,
            holder: standby.clone(),
            contacts: Contacts::of(standby),
            origin: Origin::Standby,
            business: self.business.clone(),
        }
    }
}

impl Reader {
    pub(super) fn area(&mut self, area: &Area<'_>, value: &Spot<'_>) {
        let before = self.count();
        self.lists(area);
        for standby in area.holder.each("standby") {
            self.standby(&area.standby(&standby));
        }
        for chunk in value.each("history") {
            self.history(area, &chunk);
        }
        for entry in value.each("state_sync") {
            self.address_book(area, &entry);
        }
        for update in value.each("user_id_update") {
            self.user_id_update(area, &update);
        }
        if area.field == "user_id_update" && self.count() == before {
            self.user_id_update(area, value);
        }
    }

    fn standby(&mut self, area: &Area<'_>) {
        let before = self.count();
        self.lists(area);
        if self.count() == before {
            self.malformed(area.route, area.holder.alone(), "nothing readable in a standby");
        }
    }

    fn lists(&mut self, area: &Area<'_>) {
        let mut errors_claimed = false;
        for message in area.holder.each("messages") {
            errors_claimed |= self.message(area, &message, None);
        }
        for echo in area.holder.each("message_echoes") {
            errors_claimed |= self.echo(area, &echo);
        }
        for status in area.holder.each("statuses") {
            self.status(area, &status);
        }
        if let Some(errors) = area.holder.member("errors").filter(|_| !errors_claimed)
            && area.holder.value.filled("errors").is_some()
        {
            self.notice(area.route, errors.alone(), area.field, json!({ "errors": errors.value }));
        }
    }
}
