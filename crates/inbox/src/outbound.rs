//! Messages that are to leave, as rows.

use serde_json::{Value, json};
use switchboard_graph_client::{Interactive, MessageBody};
use switchboard_store::{
    Author, Direction, Json, MessageStatus, Millis, OutboxState, conversation::Conversation, message::Message, new_id,
    outbox::OutboxRow,
};
use uuid::Uuid;

use crate::{rules, templates::Rendered};

/// Where a payload has what the customer reads of a template.
const RENDERED: &str = "rendered";

/// What is to be said, and by whom.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) author: Author,
    pub(crate) person_id: Option<Uuid>,
    pub(crate) body: MessageBody,
    pub(crate) reply_to: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) media_id: Option<Uuid>,
    /// Of a template: what the customer reads.
    pub(crate) rendered: Option<Rendered>,
}

impl Draft {
    pub(crate) fn text(author: Author, text: &str) -> Self {
        Self::of(author, MessageBody::Text { body: text.to_owned(), preview_url: false })
    }

    pub(crate) fn of(author: Author, body: MessageBody) -> Self {
        Self { author, person_id: None, body, reply_to: None, idempotency_key: None, media_id: None, rendered: None }
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
        text: draft.rendered.as_ref().and_then(|it| it.body.clone()).or_else(|| preview(&draft.body)),
        payload: Some(Json(payload(&draft.body, draft.rendered.as_ref()))),
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
        media_id: draft.media_id,
        created_at,
        updated_at: now,
    };
    // A reaction shows on the message it is about; the list goes on showing what was said.
    if message.kind != "reaction" {
        rules::note_message(row, message.id, created_at, now);
    }
    message
}

/// The body as it will be sent; beside it, for people, what it will look like.
fn payload(body: &MessageBody, rendered: Option<&Rendered>) -> Value {
    let mut payload = json!(body);
    if let (Some(members), Some(rendered)) = (payload.as_object_mut(), rendered) {
        members.insert(RENDERED.to_owned(), json!(rendered));
    }
    payload
}

/// Whether a stored payload is this body.
pub(crate) fn is_payload_of(payload: &Value, body: &MessageBody) -> bool {
    let mut payload = payload.clone();
    if let Some(members) = payload.as_object_mut() {
        members.remove(RENDERED);
    }
    payload == json!(body)
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
            | Interactive::LocationRequest { body }
            | Interactive::RequestContactInfo { body } => body.clone(),
        }),
        MessageBody::Audio { .. } | MessageBody::Sticker { .. } | MessageBody::Contacts { .. } => None,
    }
}
