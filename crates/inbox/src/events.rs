//! What watchers are told. An event names what changed; whoever wants more asks the API for it.

use serde_json::json;
use switchboard_store::{Millis, conversation::Conversation, event::NewEvent, message::Message};

pub const MESSAGE_CREATED: &str = "message.created";
pub const MESSAGE_UPDATED: &str = "message.updated";
pub const CONVERSATION_UPDATED: &str = "conversation.updated";

pub(crate) fn message_created(message: &Message, now: Millis) -> NewEvent {
    of_message(MESSAGE_CREATED, message, now)
}

pub(crate) fn message_updated(message: &Message, now: Millis) -> NewEvent {
    of_message(MESSAGE_UPDATED, message, now)
}

fn of_message(kind: &'static str, message: &Message, now: Millis) -> NewEvent {
    NewEvent {
        tenant_id: message.tenant_id,
        kind,
        data: json!({
            "conversation_id": message.conversation_id,
            "message_id": message.id,
            "direction": message.direction,
            "author": message.author,
            "status": message.status,
        }),
        created_at: now,
    }
}

pub(crate) fn conversation_updated(conversation: &Conversation, now: Millis) -> NewEvent {
    NewEvent {
        tenant_id: conversation.tenant_id,
        kind: CONVERSATION_UPDATED,
        data: json!({
            "conversation_id": conversation.id,
            "control": conversation.control,
            "control_version": conversation.control_version,
            "needs_person": conversation.needs_person,
        }),
        created_at: now,
    }
}
