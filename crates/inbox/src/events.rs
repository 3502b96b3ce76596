//! What watchers are told. An event names what changed; whoever wants more asks the API for it.

use serde_json::json;
use switchboard_store::{
    Millis, TenantId, contact::Contact, conversation::Conversation, event::NewEvent, message::Message, note::Note,
    tool_call::ToolCall,
};
use uuid::Uuid;

use crate::typing::Writing;

pub const MESSAGE_CREATED: &str = "message.created";
pub const MESSAGE_UPDATED: &str = "message.updated";
pub const CONVERSATION_UPDATED: &str = "conversation.updated";
pub const CONVERSATION_TYPING: &str = "conversation.typing";
pub const NOTE_CREATED: &str = "note.created";
pub const NOTE_UPDATED: &str = "note.updated";
pub const NOTE_DELETED: &str = "note.deleted";
pub const TOOL_CALLED: &str = "tool.called";
pub const CANNED_REPLIES_UPDATED: &str = "canned_replies.updated";
pub const FILTERS_UPDATED: &str = "filters.updated";
pub const LABELS_UPDATED: &str = "labels.updated";
pub const CONTACT_UPDATED: &str = "contact.updated";
pub const CONTACT_FIELDS_UPDATED: &str = "contact_fields.updated";

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
            "state": conversation.state,
            "assignee_id": conversation.assignee_id,
        }),
        created_at: now,
    }
}

/// A person types, and goes on doing so until then as far as is known.
pub(crate) fn typing(
    conversation: &Conversation,
    person: Uuid,
    writing: Writing,
    now: Millis,
    until: Millis,
) -> NewEvent {
    let writing = match writing {
        Writing::Reply => "reply",
        Writing::Note => "note",
    };
    NewEvent {
        tenant_id: conversation.tenant_id,
        kind: CONVERSATION_TYPING,
        data: json!({
            "conversation_id": conversation.id,
            "person_id": person,
            "writing": writing,
            "until": until.to_rfc3339(),
        }),
        created_at: now,
    }
}

pub(crate) fn of_note(kind: &'static str, note: &Note, now: Millis) -> NewEvent {
    NewEvent {
        tenant_id: note.tenant_id,
        kind,
        data: json!({
            "conversation_id": note.conversation_id,
            "note_id": note.id,
            "person_id": note.person_id,
            "mentions": note.mentions,
        }),
        created_at: now,
    }
}

pub(crate) fn tool_called(call: &ToolCall, now: Millis) -> NewEvent {
    NewEvent {
        tenant_id: call.tenant_id,
        kind: TOOL_CALLED,
        data: json!({
            "conversation_id": call.conversation_id,
            "tool_call_id": call.id,
            "name": call.name,
            "state": call.state,
        }),
        created_at: now,
    }
}

pub(crate) fn contact_updated(contact: &Contact, conversations: &[Uuid], now: Millis) -> NewEvent {
    NewEvent {
        tenant_id: contact.tenant_id,
        kind: CONTACT_UPDATED,
        data: json!({ "contact_id": contact.id, "conversation_ids": conversations }),
        created_at: now,
    }
}

/// Something of the tenant's own lists has changed, which are read whole.
pub(crate) fn of_tenant(kind: &'static str, tenant_id: TenantId, now: Millis) -> NewEvent {
    NewEvent { tenant_id, kind, data: json!({}), created_at: now }
}
