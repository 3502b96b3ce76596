//! What colleagues write to each other beside a conversation, and who is named in it.

use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Note {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub conversation_id: Uuid,
    /// `None`: a program wrote it through the API.
    pub person_id: Option<Uuid>,
    pub text: String,
    pub mentions: Json<Vec<Uuid>>,
    pub created_at: Millis,
    pub edited_at: Option<Millis>,
}

/// A place among the notes of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub created_at: Millis,
    pub id: Uuid,
}

statements! {
    INSERT = "INSERT INTO note (tenant_id, id, conversation_id, person_id, text, mentions, created_at, edited_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE note SET text = $4, mentions = $5, edited_at = $6
              WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3";
    DELETE = "DELETE FROM note WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3";
    GET = "SELECT * FROM note WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3";
    BEFORE = "SELECT * FROM note WHERE tenant_id = $1 AND conversation_id = $2 AND (created_at, id) < ($3, $4)
              ORDER BY created_at DESC, id DESC LIMIT $5";
    MENTION = {
        sqlite: "INSERT INTO mention (tenant_id, person_id, conversation_id, note_id)
                 SELECT $1, unhex(value, '-'), $2, $3 FROM jsonb_each($4) WHERE true
                 ON CONFLICT (tenant_id, person_id, conversation_id, note_id) DO NOTHING",
        postgres: "INSERT INTO mention (tenant_id, person_id, conversation_id, note_id)
                 SELECT CAST($1 AS UUID), value::uuid, CAST($2 AS UUID), CAST($3 AS UUID) FROM jsonb_array_elements_text($4)
                 ON CONFLICT (tenant_id, person_id, conversation_id, note_id) DO NOTHING",
    };
    UNMENTION = {
        sqlite: "DELETE FROM mention WHERE tenant_id = $1 AND note_id = $2
                   AND person_id NOT IN (SELECT unhex(value, '-') FROM jsonb_each($3))",
        postgres: "DELETE FROM mention WHERE tenant_id = $1 AND note_id = $2
                   AND person_id NOT IN (SELECT value::uuid FROM jsonb_array_elements_text($3))",
    };
    READ = "UPDATE mention SET read_at = $4
            WHERE tenant_id = $1 AND person_id = $2 AND conversation_id = $3 AND read_at IS NULL";
    MOVE = "UPDATE note SET conversation_id = $3 WHERE tenant_id = $1 AND conversation_id = $2";
    MOVE_MENTIONS = "UPDATE mention SET conversation_id = $3
                     WHERE tenant_id = $1 AND conversation_id = $2";
    UNREAD_OF = {
        sqlite: "SELECT DISTINCT conversation_id FROM mention
                 WHERE tenant_id = $1 AND person_id = $2 AND read_at IS NULL
                   AND conversation_id IN (SELECT unhex(value, '-') FROM jsonb_each($3))",
        postgres: "SELECT DISTINCT conversation_id FROM mention
                 WHERE tenant_id = $1 AND person_id = $2 AND read_at IS NULL
                   AND conversation_id IN (SELECT value::uuid FROM jsonb_array_elements_text($3))",
    };
}

/// Stores a new note, and whom it names.
pub async fn insert(conn: &mut Conn<'_>, note: &Note) -> Result<()> {
    execute!(conn, INSERT; note.tenant_id, note.id, note.conversation_id, note.person_id, &note.text, &note.mentions,
        note.created_at, note.edited_at)?;
    mention(conn, note).await
}

/// Stores what a note says now. Who is still named has read it or not, as before.
pub async fn update(conn: &mut Conn<'_>, note: &Note) -> Result<()> {
    let rows = execute!(conn, UPDATE; note.tenant_id, note.conversation_id, note.id, &note.text, &note.mentions,
        note.edited_at)?;
    expect_rows("note", 1, rows)?;
    execute!(conn, UNMENTION; note.tenant_id, note.id, &note.mentions)?;
    mention(conn, note).await
}

async fn mention(conn: &mut Conn<'_>, note: &Note) -> Result<()> {
    execute!(conn, MENTION; note.tenant_id, note.conversation_id, note.id, &note.mentions)?;
    Ok(())
}

pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid, id: Uuid) -> Result<()> {
    expect_rows("note", 1, execute!(conn, DELETE; tenant, conversation, id)?)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid, id: Uuid) -> Result<Option<Note>> {
    fetch!(optional, conn, GET => Note; tenant, conversation, id)
}

/// The notes of a conversation before a place, newest first; `None`: from the end.
pub async fn before(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    conversation: Uuid,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Note>> {
    let before = before.unwrap_or(Cursor { created_at: Millis(i64::MAX), id: Uuid::max() });
    fetch!(all, conn, BEFORE => Note; tenant, conversation, before.created_at, before.id, limit)
}

/// A person has seen the notes of a conversation; whether one of them named them and was new to them.
pub async fn read(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    person: Uuid,
    conversation: Uuid,
    now: Millis,
) -> Result<bool> {
    Ok(execute!(conn, READ; tenant, person, conversation, now)? > 0)
}

/// Those of the conversations where notes name the person that they have not seen.
pub async fn unread_of(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    person: Uuid,
    conversations: &[Uuid],
) -> Result<Vec<Uuid>> {
    let rows = fetch!(all, conn, UNREAD_OF => (Uuid,); tenant, person, Json(conversations))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Moves the notes of one conversation to another, when two contacts turn out to be one.
pub async fn move_all(conn: &mut Conn<'_>, tenant: TenantId, from: Uuid, to: Uuid) -> Result<()> {
    execute!(conn, MOVE; tenant, from, to)?;
    execute!(conn, MOVE_MENTIONS; tenant, from, to)?;
    Ok(())
}
