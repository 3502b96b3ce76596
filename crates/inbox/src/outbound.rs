//! Messages that are to leave, as rows.

use serde_json::json;
use switchboard_graph_client::{Interactive, MessageBody};
use switchboard_store::{
    Author, Direction, Json, MessageStatus, Millis, OutboxState, conversation::Conversation, message::Message, new_id,
    outbox::OutboxRow,
};
use uuid::Uuid;

use crate::rules;

/// What is to be said, and by whom.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) author: Author,
    pub(crate) person_id: Option<Uuid>,
    pub(crate) body: MessageBody,
    pub(crate) reply_to: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

impl Draft {
    pub(crate) fn text(author: Author, text: &str) -> Self {
        Self {
            author,
            person_id: None,
            body: MessageBody::Text { body: text.to_owned(), preview_url: false },
            reply_to: None,
            idempotency_key: None,
        }
    }
}

/// The next message of a locked conversation.
pub(crate) fn message(row: &mut Conversation, draft: Draft, now: Millis) -> Message {
    let created_at = rules::after_the_last(row, now);
    let message = Message {
        tenant_id: row.tenant_id,
        id: new_id(now),
        conversation_id: row.id,
        number_id: row.number_id,
        seq: rules::next_seq(row),
        direction: Direction::Outbound,
        author: draft.author,
        person_id: draft.person_id,
        kind: draft.body.type_name().to_owned(),
        text: preview(&draft.body),
        payload: Some(Json(json!(draft.body))),
        wants_answer: false,
        wamid: None,
        reply_to: draft.reply_to,
        status: MessageStatus::Queued,
        error: None,
        customer_reaction: None,
        own_reaction: None,
        edited_at: None,
        revoked_at: None,
        answers_seq: None,
        part: None,
        idempotency_key: draft.idempotency_key,
        created_at,
        updated_at: now,
    };
    rules::note_message(row, message.id, created_at, now);
    message
}

/// Its place in the queue. `control_version`: the control under which alone it may leave; `None`: under any.
pub(crate) fn row(row: &Conversation, message: &Message, control_version: Option<i64>, now: Millis) -> OutboxRow {
    OutboxRow {
        tenant_id: message.tenant_id,
        message_id: message.id,
        conversation_id: row.id,
        number_id: row.number_id,
        state: OutboxState::Queued,
        control_version,
        due_at: now,
        attempts: 0,
        lease_owner: None,
        created_at: now,
    }
}

/// What a thread shows of a message where only text fits.
fn preview(body: &MessageBody) -> Option<String> {
    match body {
        MessageBody::Text { body, .. } => Some(body.clone()),
        MessageBody::Image { caption, .. } | MessageBody::Video { caption, .. } => caption.clone(),
        MessageBody::Document { caption, filename, .. } => caption.clone().or_else(|| filename.clone()),
        MessageBody::Location { name, address, .. } => name.clone().or_else(|| address.clone()),
        MessageBody::Reaction { emoji, .. } => Some(emoji.clone()),
        MessageBody::Template { name, .. } => Some(name.clone()),
        MessageBody::Interactive { interactive } => Some(match interactive {
            Interactive::Buttons { body, .. }
            | Interactive::List { body, .. }
            | Interactive::CtaUrl { body, .. }
            | Interactive::LocationRequest { body } => body.clone(),
        }),
        MessageBody::Audio { .. } | MessageBody::Sticker { .. } | MessageBody::Contacts { .. } => None,
    }
}
