//! What voice notes say: written down for whoever reads, searches and answers.

use switchboard_store::{
    Conn, MediaKind, Millis, Result, TenantId, TranscriptState, event,
    media::Media,
    message::{self, Message, MessageKey},
    transcript::{self, Transcript},
};
use uuid::Uuid;

use crate::{events, search};

/// Why nobody can be asked to listen.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("there is no such message")]
    NotFound,
    #[error("the message has no voice note")]
    NoVoice,
    #[error("it is written down, or somebody is at it")]
    UnderWay,
    #[error(transparent)]
    Store(#[from] switchboard_store::Error),
}

/// The file of a message has arrived: what a customer says in it to be answered is to be written down. What is older, or a
/// file among others of the past, stays as it is until somebody asks.
pub(crate) async fn file_arrived(conn: &mut Conn<'_>, message: &Message, file: &Media, now: Millis) -> Result<()> {
    if file.kind == MediaKind::Audio && message.wants_answer && file.problem.is_none() {
        transcript::insert(conn, message.tenant_id, message.id, message.number_id, file.id, now).await?;
    }
    Ok(())
}

/// Has somebody listen to a voice note, or listen again.
pub async fn ask(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    conversation: Uuid,
    id: Uuid,
) -> Result<Transcript, AskError> {
    let message = message::get(conn, tenant, conversation, id).await?.ok_or(AskError::NotFound)?;
    let file = message.media_id.filter(|_| message.kind == MediaKind::Audio.as_str() && message.revoked_at.is_none());
    let file = file.ok_or(AskError::NoVoice)?;
    if !transcript::ask(conn, tenant, id, message.number_id, file, now).await? {
        return Err(AskError::UnderWay);
    }
    event::insert(conn, &[events::message_updated(&message, now)]).await?;
    transcript::get(conn, tenant, id).await?.ok_or(AskError::NotFound)
}

/// Stores what became of listening, unless somebody else has begun anew; whether it was stored. `claimed`: as it was
/// begun with.
pub async fn record(conn: &mut Conn<'_>, claimed: &Transcript, now_is: &Transcript) -> Result<bool> {
    if !transcript::record(conn, now_is, claimed.attempts).await? {
        return Ok(false);
    }
    if now_is.state == claimed.state {
        return Ok(true);
    }
    let key = MessageKey { tenant_id: claimed.tenant_id, id: claimed.message_id };
    let messages = message::by_id(conn, &[key]).await?;
    if now_is.state == TranscriptState::Ready {
        let said = messages.iter().map(|message| spoken(message, now_is)).collect::<Vec<_>>();
        search::index_messages(conn, said.iter()).await?;
    }
    let told: Vec<_> = messages.iter().map(|message| events::message_updated(message, now_is.updated_at)).collect();
    event::insert(conn, &told).await?;
    Ok(true)
}

/// A message with what is said in it as its text.
fn spoken(message: &Message, transcript: &Transcript) -> Message {
    let text = [message.text.as_deref(), transcript.text.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    Message { text: Some(text.join("\n")), ..message.clone() }
}
