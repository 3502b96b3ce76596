//! A person, or a program in a person's name, writes to a customer.

use switchboard_graph_client::{Invalid, MessageBody};
use switchboard_store::{
    Author, Conn, Control, Millis, NumberStatus, TenantId, conversation, event,
    message::{self, Message},
    number, outbox,
};
use uuid::Uuid;

use crate::{
    control, events,
    outbound::{self, Draft},
    rules, search,
    window::window,
};

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub tenant_id: TenantId,
    pub conversation_id: Uuid,
    /// `Operator`, with the person, or `Api`.
    pub author: Author,
    pub person_id: Option<Uuid>,
    pub body: MessageBody,
    /// The wamid of the message it quotes.
    pub reply_to: Option<String>,
    /// Two requests with one key are one message.
    pub idempotency_key: Option<String>,
}

/// Why a message is not queued.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("there is no such conversation")]
    NotFound,
    /// More than 24 hours have passed since the customer last wrote; only a template may be sent.
    #[error("the service window is closed")]
    WindowClosed { closed_at: Option<Millis> },
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the number is not connected any more")]
    NumberDisconnected,
    /// The key was used for another message.
    #[error("the idempotency key was used for another message")]
    KeyReused,
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}

/// Queues a message and takes the conversation over. A repeated key returns the message of the first request.
pub async fn send(conn: &mut Conn<'_>, now: Millis, new: NewMessage) -> Result<Message, SendError> {
    new.body.validate()?;
    let locked = conversation::lock_one(conn, new.tenant_id, new.conversation_id).await?;
    let mut row = locked.ok_or(SendError::NotFound)?;
    if let Some(earlier) = repeated(conn, &new).await? {
        return Ok(earlier);
    }
    let number = number::get(conn, new.tenant_id, row.number_id).await?.ok_or(SendError::NotFound)?;
    if number.status == NumberStatus::Disconnected {
        return Err(SendError::NumberDisconnected);
    }
    let window = window(row.last_inbound_at, now);
    if !window.open && !matches!(new.body, MessageBody::Template { .. }) {
        return Err(SendError::WindowClosed { closed_at: window.closes_at });
    }
    let was = row.control;
    let reason = if new.author == Author::Api { "api" } else { "operator" };
    if was == Control::Ai {
        control::stop_ai(conn, &mut row, new.person_id, reason, now).await?;
    }
    let auto_handback = control::auto_handback(conn, new.tenant_id).await?;
    rules::note_person_wrote(&mut row, auto_handback, now);
    let draft = Draft {
        author: new.author,
        person_id: new.person_id,
        body: new.body,
        reply_to: new.reply_to,
        idempotency_key: new.idempotency_key,
    };
    let message = outbound::message(&mut row, draft, now);
    conversation::save(conn, std::slice::from_ref(&row)).await?;
    message::insert(conn, std::slice::from_ref(&message)).await?;
    search::index_messages(conn, std::iter::once(&message)).await?;
    outbox::insert(conn, &[outbound::row(&row, &message, None, now)]).await?;
    let told = [events::message_created(&message, now), events::conversation_updated(&row, now)];
    event::insert(conn, &told).await?;
    Ok(message)
}

async fn repeated(conn: &mut Conn<'_>, new: &NewMessage) -> Result<Option<Message>, SendError> {
    let Some(key) = &new.idempotency_key else { return Ok(None) };
    let Some(earlier) = message::by_idempotency_key(conn, new.tenant_id, key).await? else { return Ok(None) };
    let same = earlier.conversation_id == new.conversation_id
        && earlier.reply_to == new.reply_to
        && earlier.payload.as_ref().is_some_and(|payload| payload.0 == serde_json::json!(new.body));
    if same { Ok(Some(earlier)) } else { Err(SendError::KeyReused) }
}
