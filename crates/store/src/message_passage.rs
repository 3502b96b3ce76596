//! What of the knowledge an answer of the AI was written from, as it read then.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct MessagePassage {
    pub tenant_id: TenantId,
    pub message_id: Uuid,
    /// The best comes first.
    pub position: i64,
    /// The knowledge item it is of, which may be gone since.
    pub item_id: Uuid,
    pub title: Option<String>,
    pub text: String,
}

/// How many passages a message was written from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct Count {
    pub message_id: Uuid,
    pub passages: i64,
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO message_passage (tenant_id, message_id, position, item_id, title, text)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'message_id', '-'), value->>'position',
                   unhex(value->>'item_id', '-'), value->>'title', value->>'text'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO message_passage (tenant_id, message_id, position, item_id, title, text)
                 SELECT tenant_id, message_id, position, item_id, title, text
                 FROM jsonb_populate_recordset(NULL::message_passage, $1)",
    };
    OF_MESSAGE = "SELECT * FROM message_passage WHERE tenant_id = $1 AND message_id = $2 ORDER BY position";
    COUNTS = {
        sqlite: "SELECT p.message_id, count(*) AS passages FROM jsonb_each($2) AS x
                 JOIN message_passage AS p ON p.tenant_id = $1 AND p.message_id = unhex(x.value, '-') GROUP BY p.message_id",
        postgres: "SELECT p.message_id, count(*) AS passages FROM jsonb_array_elements_text($2) AS x (id)
                 JOIN message_passage AS p ON p.tenant_id = $1 AND p.message_id = x.id::uuid GROUP BY p.message_id",
    };
}

pub async fn insert(conn: &mut Conn<'_>, passages: &[MessagePassage]) -> Result<()> {
    if passages.is_empty() {
        return Ok(());
    }
    expect_rows("message_passage", passages.len() as u64, execute!(conn, INSERT; Json(passages))?)
}

/// The passages of a message, the best first.
pub async fn of_message(conn: &mut Conn<'_>, tenant: TenantId, message: Uuid) -> Result<Vec<MessagePassage>> {
    fetch!(all, conn, OF_MESSAGE => MessagePassage; tenant, message)
}

/// How many passages each of these messages has; those without are left out.
pub async fn counts(conn: &mut Conn<'_>, tenant: TenantId, messages: &[Uuid]) -> Result<Vec<Count>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, COUNTS => Count; tenant, Json(messages))
}
