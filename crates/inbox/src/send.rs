//! A person, or a program in a person's name, writes to a customer.

use switchboard_graph_client::{Invalid, MessageBody};
use switchboard_store::{
    Author, Conn, Control, MediaKind, MediaState, Millis, NumberStatus, TenantId, conversation, event, media,
    media_upload::{self, UploadKey},
    message::{self, Message},
    number, outbox, template,
    translation::{self, Translation},
};
use uuid::Uuid;

use crate::{
    control, events,
    media::UPLOAD_LASTS,
    outbound::{self, Draft},
    rules, search,
    templates::{self, Rendered},
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
    /// What the person wrote, where the message is its translation.
    pub original: Option<Original>,
    /// Two requests with one key are one message.
    pub idempotency_key: Option<String>,
}

/// What a person wrote before it was translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    pub text: String,
    /// ISO 639-1.
    pub language: String,
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
    /// There is no such file, or it cannot be sent.
    #[error("there is no such file; it may have been deleted: attach it again")]
    MediaUnknown,
    /// The file is sent as another type of message: as this one.
    #[error("the file was uploaded to be sent as {0}")]
    MediaKind(MediaKind),
    /// Meta has not approved the template, or does not any more.
    #[error("the template is {0}, and only an approved one can be sent")]
    TemplateStatus(String),
    /// What is missing, or too much.
    #[error("the parameters {0}")]
    TemplateParameters(String),
    #[error("the number is not connected any more")]
    NumberDisconnected,
    /// The key was used for another message.
    #[error("the idempotency key was used for another message")]
    KeyReused,
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}

/// Queues a message and, unless it is a mere reaction, takes the conversation over. A repeated key returns the message of the first request.
pub async fn send(conn: &mut Conn<'_>, now: Millis, mut new: NewMessage) -> Result<Message, SendError> {
    new.body.validate()?;
    let file = attach(conn, &mut new).await?;
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
    let rendered = made_from(conn, new.tenant_id, number.waba, &new.body).await?;
    // Who only puts an emoji to a message has not answered it: the AI goes on.
    if !matches!(new.body, MessageBody::Reaction { .. }) {
        let reason = if new.author == Author::Api { "api" } else { "operator" };
        if row.control == Control::Ai {
            control::stop_ai(conn, &mut row, new.person_id, reason, now).await?;
        }
        let auto_handback = control::auto_handback(conn, new.tenant_id).await?;
        rules::note_person_wrote(&mut row, auto_handback, now);
    }
    let draft = Draft {
        author: new.author,
        person_id: new.person_id,
        body: new.body,
        reply_to: new.reply_to,
        idempotency_key: new.idempotency_key,
        media_id: file,
        rendered,
    };
    let message = outbound::message(&mut row, draft, now);
    if let Some(media_id) = file {
        // Asked again under the lock of its row: housekeeping may have been quicker.
        media::use_for(conn, new.tenant_id, media_id, message.id, now).await?.ok_or(SendError::MediaUnknown)?;
        let upload = UploadKey { tenant_id: new.tenant_id, media_id, number_id: row.number_id };
        media_upload::ask(conn, &[upload], now, now - UPLOAD_LASTS).await?;
    }
    conversation::save(conn, std::slice::from_ref(&row)).await?;
    message::insert(conn, std::slice::from_ref(&message)).await?;
    search::index_messages(conn, std::iter::once(&message)).await?;
    if let Some(original) = new.original {
        translation::put(conn, &kept(&message, original, now)).await?;
    }
    outbox::insert(conn, &[outbound::row(&row, &message, None, now)]).await?;
    let told = [events::message_created(&message, now), events::conversation_updated(&row, now)];
    event::insert(conn, &told).await?;
    Ok(message)
}

fn kept(message: &Message, original: Original, now: Millis) -> Translation {
    Translation {
        tenant_id: message.tenant_id,
        message_id: message.id,
        language: original.language,
        text: original.text,
        translator: None,
        is_original: true,
        edited_at: None,
        created_at: now,
    }
}

/// What the customer reads of a template, where it is known; one that is not is left to Meta.
async fn made_from(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    waba: Uuid,
    body: &MessageBody,
) -> Result<Option<Rendered>, SendError> {
    let MessageBody::Template { name, language, components } = body else { return Ok(None) };
    let Some(template) = template::by_name(conn, tenant, waba, name, language).await? else { return Ok(None) };
    if template.status != templates::APPROVED {
        return Err(SendError::TemplateStatus(template.status));
    }
    templates::check(&template, components).map_err(SendError::TemplateParameters)?;
    Ok(Some(templates::render(&template, components)))
}

/// The file a message carries, which must be the tenant's, whole, and uploaded to be sent as what it is sent as.
async fn attach(conn: &mut Conn<'_>, new: &mut NewMessage) -> Result<Option<Uuid>, SendError> {
    let Some(id) = new.body.media_id() else { return Ok(None) };
    let id = id.parse().map_err(|_| SendError::MediaUnknown)?;
    let file = media::get(conn, new.tenant_id, id).await?.filter(|file| file.state == MediaState::Ready);
    let file = file.ok_or(SendError::MediaUnknown)?;
    if new.body.media_type() != Some(file.kind.as_str()) || file.problem.is_some() {
        return Err(SendError::MediaKind(file.kind));
    }
    // A document without a name is shown as "Untitled".
    if let MessageBody::Document { filename: filename @ None, .. } = &mut new.body {
        *filename = file.file_name;
    }
    Ok(Some(id))
}

async fn repeated(conn: &mut Conn<'_>, new: &NewMessage) -> Result<Option<Message>, SendError> {
    let Some(key) = &new.idempotency_key else { return Ok(None) };
    let Some(earlier) = message::by_idempotency_key(conn, new.tenant_id, key).await? else { return Ok(None) };
    let same = earlier.conversation_id == new.conversation_id
        && earlier.reply_to == new.reply_to
        && earlier.payload.as_ref().is_some_and(|payload| outbound::is_payload_of(&payload.0, &new.body));
    if same { Ok(Some(earlier)) } else { Err(SendError::KeyReused) }
}
