//! The file of a message that arrived, as a row that says: to be fetched.

use serde_json::Value;
use switchboard_media::clean_name;
use switchboard_store::{MediaKind, MediaOrigin, MediaState, Millis, media::Media, message::Message, new_id};

/// Gives a message that came with a file its row. Meta's address of it goes: it lives five minutes, and nobody is shown
/// anything from there.
pub(crate) fn take_in(message: &mut Message, now: Millis) -> Option<Media> {
    let kind = MediaKind::parse(&message.kind)?;
    let file = message.payload.as_mut()?.0.get_mut(kind.as_str())?.as_object_mut()?;
    file.remove("url");
    let text = |name: &str| file.get(name).and_then(Value::as_str).map(str::to_owned);
    let meta_id = match file.get("id")? {
        Value::String(id) if !id.is_empty() => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let media = Media {
        tenant_id: message.tenant_id,
        id: new_id(now),
        origin: MediaOrigin::Received,
        kind,
        state: MediaState::Waiting,
        number_id: Some(message.number_id),
        message_id: Some(message.id),
        person_id: None,
        meta_id: Some(meta_id),
        said_type: text("mime_type"),
        said_sha256: text("sha256"),
        mime_type: None,
        file_name: text("filename").and_then(|name| clean_name(&name)),
        size: None,
        sha256: None,
        problem: None,
        due_at: Some(now),
        attempts: 0,
        created_at: now,
        updated_at: now,
    };
    message.media_id = Some(media.id);
    Some(media)
}
