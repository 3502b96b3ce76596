//! Notes: what colleagues write to each other beside a conversation. Never sent, and never shown to a model.

use switchboard_store::{
    Conn, Error as StoreError, Json, Millis, Role, TenantId, conversation, event, membership, new_id,
    note::{self, Note},
};
use uuid::Uuid;

use crate::{InvalidField, events, field};

/// Characters of a note.
const LONGEST: usize = 4_000;
/// People a note names, at most.
const MOST_MENTIONS: usize = 20;

#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    #[error("there is no such note")]
    NotFound,
    /// Only who wrote a note changes it.
    #[error("the note is somebody else's")]
    NotYours,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub tenant_id: TenantId,
    pub conversation: Uuid,
}

/// Writes a note. `by`: the person; `None`: a program, through the API.
pub async fn write(
    conn: &mut Conn<'_>,
    now: Millis,
    place: Place,
    by: Option<Uuid>,
    text: &str,
    mentions: Vec<Uuid>,
) -> Result<Note, NoteError> {
    let Place { tenant_id, conversation } = place;
    let text = field::text("text", text, LONGEST)?;
    // Locked: the conversation may be about to become part of another.
    conversation::lock_one(conn, tenant_id, conversation).await?.ok_or(NoteError::NotFound)?;
    let mentions = checked(conn, tenant_id, mentions).await?;
    let note = Note {
        tenant_id,
        id: new_id(now),
        conversation_id: conversation,
        person_id: by,
        text,
        mentions: Json(mentions),
        created_at: now,
        edited_at: None,
    };
    note::insert(conn, &note).await?;
    event::insert(conn, &[events::of_note(events::NOTE_CREATED, &note, now)]).await?;
    Ok(note)
}

/// Changes what a note says and whom it names.
pub async fn edit(
    conn: &mut Conn<'_>,
    now: Millis,
    place: Place,
    id: Uuid,
    by: Option<Uuid>,
    text: &str,
    mentions: Vec<Uuid>,
) -> Result<Note, NoteError> {
    let text = field::text("text", text, LONGEST)?;
    let note = own(conn, place, id, by).await?;
    let mentions = Json(checked(conn, place.tenant_id, mentions).await?);
    let note = Note { text, mentions, edited_at: Some(now), ..note };
    note::update(conn, &note).await?;
    event::insert(conn, &[events::of_note(events::NOTE_UPDATED, &note, now)]).await?;
    Ok(note)
}

/// Deletes a note. `any`: also one of somebody else.
pub async fn delete(
    conn: &mut Conn<'_>,
    now: Millis,
    place: Place,
    id: Uuid,
    by: Option<Uuid>,
    any: bool,
) -> Result<(), NoteError> {
    let note = if any {
        note::get(conn, place.tenant_id, place.conversation, id).await?.ok_or(NoteError::NotFound)?
    } else {
        own(conn, place, id, by).await?
    };
    note::delete(conn, place.tenant_id, place.conversation, id).await?;
    event::insert(conn, &[events::of_note(events::NOTE_DELETED, &note, now)]).await?;
    Ok(())
}

/// A person has seen what the notes of a conversation say to them.
pub async fn mark_read(conn: &mut Conn<'_>, now: Millis, place: Place, person: Uuid) -> Result<(), NoteError> {
    let Place { tenant_id, conversation } = place;
    let row = conversation::lock_one(conn, tenant_id, conversation).await?.ok_or(NoteError::NotFound)?;
    if note::read(conn, tenant_id, person, conversation, now).await? {
        // Their other browsers count one less.
        event::insert(conn, &[events::conversation_updated(&row, now)]).await?;
    }
    Ok(())
}

async fn own(conn: &mut Conn<'_>, place: Place, id: Uuid, by: Option<Uuid>) -> Result<Note, NoteError> {
    let note = note::get(conn, place.tenant_id, place.conversation, id).await?.ok_or(NoteError::NotFound)?;
    if note.person_id == by { Ok(note) } else { Err(NoteError::NotYours) }
}

/// Everybody once, and everybody somebody who may answer customers.
async fn checked(conn: &mut Conn<'_>, tenant_id: TenantId, mut mentions: Vec<Uuid>) -> Result<Vec<Uuid>, NoteError> {
    mentions.sort_unstable();
    mentions.dedup();
    if mentions.len() > MOST_MENTIONS {
        return Err(InvalidField::new("mentions", format!("must be at most {MOST_MENTIONS}")).into());
    }
    for person in &mentions {
        if membership::role(conn, tenant_id, *person).await?.is_none_or(|role| role == Role::Viewer) {
            return Err(InvalidField::new("mentions", "must be people here who may answer customers").into());
        }
    }
    Ok(mentions)
}
