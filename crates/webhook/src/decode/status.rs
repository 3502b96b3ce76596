//! What became of messages that were sent.

use serde_json::Value;
use switchboard_inbox::incoming::{Incoming, Party, StatusUpdate};
use switchboard_store::{LeftoverReason, MessageStatus};
use uuid::Uuid;

use super::{
    conversation::Area,
    json::{self, Lenient},
    party::{Named, RECIPIENT},
    place::{Beside, Spot},
    reader::Reader,
};

impl Reader {
    /// Reads one of `statuses`. Meta sends them in any order and leaves some out.
    pub(super) fn status(&mut self, area: &Area<'_>, status: &Spot<'_>) {
        let told = status.value;
        let (contact, party) = recipient(area, told);
        let place = status.beside(&area.holder, contact.map_or(Beside::None, Beside::One), false);
        let (Some(wamid), Some(name)) = (told.id("id"), told.text("status")) else {
            self.malformed(area.route, status.alone(), "a status without an id or a name");
            return;
        };
        let status = match name {
            "sent" => MessageStatus::Sent,
            "delivered" => MessageStatus::Delivered,
            // A voice note that was played has been read.
            "read" | "played" => MessageStatus::Read,
            "failed" => MessageStatus::Failed,
            "deleted" | "warning" => {
                return self.notice(area.route, status.alone(), area.field, told.clone());
            }
            other => {
                let detail = format!("the status {}", json::brief(other));
                return self.leftover(area.route, status.alone(), LeftoverReason::UnknownType, detail);
            }
        };
        let update = StatusUpdate {
            wamid,
            status,
            at: told.time("timestamp", self.received_at),
            message_id: told.text("biz_opaque_callback_data").and_then(|data| Uuid::parse_str(data).ok()),
            party,
            error: (status == MessageStatus::Failed).then(|| first_error(told)).flatten(),
        };
        self.conversation(area.route, place, Incoming::Status(update));
    }
}

/// The receiver and which contact tells more of them. Of a message to a group there is none: `recipient_id` is the
/// group's, and its participants are not the conversation's customer.
fn recipient(area: &Area<'_>, status: &Value) -> (Option<usize>, Option<Party>) {
    if status.text("recipient_type") == Some("group") {
        return (None, None);
    }
    let recipient = Named::read(status, &RECIPIENT);
    let contact = area.contacts.find(&recipient);
    (contact, recipient.completed_by(contact.and_then(|index| area.contacts.get(index))))
}

fn first_error(status: &Value) -> Option<Value> {
    match status.filled("errors")? {
        Value::Array(errors) => errors.first().cloned(),
        error => Some(error.clone()),
    }
}
