//! What messages say in other languages.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct Translation {
    pub tenant_id: TenantId,
    pub message_id: Uuid,
    /// ISO 639-1.
    pub language: String,
    pub text: String,
    /// The model's name, or the server's; `None`: a person wrote it.
    pub translator: Option<String>,
    /// The other way round: a person wrote this, and the message is its translation.
    pub is_original: bool,
    /// Which version of the message it is of: when that was edited.
    pub edited_at: Option<Millis>,
    pub created_at: Millis,
}

statements! {
    // Of two who ask at once the later one's stays; what a person wrote stays in any case.
    PUT = "INSERT INTO translation (tenant_id, message_id, language, text, translator, is_original, edited_at, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (tenant_id, message_id, language) DO UPDATE
             SET text = excluded.text, translator = excluded.translator, edited_at = excluded.edited_at,
               created_at = excluded.created_at
             WHERE NOT translation.is_original";
    GET = "SELECT * FROM translation WHERE tenant_id = $1 AND message_id = $2 AND language = $3";
    OF_MESSAGES = {
        sqlite: "SELECT t.* FROM jsonb_each($2) AS x
                 JOIN translation AS t ON t.tenant_id = $1 AND t.message_id = unhex(x.value, '-')
                 ORDER BY t.message_id, t.language",
        postgres: "SELECT t.* FROM jsonb_array_elements_text($2) AS x (id)
                 JOIN translation AS t ON t.tenant_id = $1 AND t.message_id = x.id::uuid
                 ORDER BY t.message_id, t.language",
    };
}

/// Stores what a message says in a language, in the place of what was stored before.
pub async fn put(conn: &mut Conn<'_>, it: &Translation) -> Result<()> {
    execute!(conn, PUT; it.tenant_id, it.message_id, &it.language, &it.text, &it.translator, it.is_original, it.edited_at,
        it.created_at)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, message: Uuid, language: &str) -> Result<Option<Translation>> {
    fetch!(optional, conn, GET => Translation; tenant, message, language)
}

/// All that there is of these messages, also of versions that were edited since.
pub async fn of_messages(conn: &mut Conn<'_>, tenant: TenantId, messages: &[Uuid]) -> Result<Vec<Translation>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, OF_MESSAGES => Translation; tenant, Json(messages))
}
