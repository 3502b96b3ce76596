//! What was said in long conversations, in short: for models, which read the newest messages alone, and for people who
//! take one over.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
    message::Cursor,
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Summary {
    /// The newest message it tells of.
    pub upto_seq: i64,
    /// When that was said; `None`: the message is gone.
    pub upto_at: Option<Millis>,
    pub text: String,
}

impl Summary {
    /// Up to where it tells. Of one whose newest message is gone, nothing is known to be told.
    pub fn told(&self) -> Option<Cursor> {
        self.upto_at.map(|created_at| Cursor { created_at, seq: self.upto_seq })
    }
}

/// As people read it.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct ShownSummary {
    /// The newest message it tells of.
    pub upto_seq: i64,
    /// When that was said; `None`: the message is gone.
    pub upto_at: Option<Millis>,
    pub text: String,
    pub updated_at: Millis,
}

statements! {
    GET = "SELECT s.upto_seq, m.created_at AS upto_at, s.text FROM conversation_summary AS s
           LEFT JOIN message AS m
             ON m.tenant_id = s.tenant_id AND m.conversation_id = s.conversation_id AND m.seq = s.upto_seq
           WHERE s.tenant_id = $1 AND s.conversation_id = $2";
    SHOWN = "SELECT s.upto_seq, m.created_at AS upto_at, s.text, s.updated_at FROM conversation_summary AS s
             LEFT JOIN message AS m
               ON m.tenant_id = s.tenant_id AND m.conversation_id = s.conversation_id AND m.seq = s.upto_seq
             WHERE s.tenant_id = $1 AND s.conversation_id = $2";
    // Of two that go on from the same at once, the first stays. One that goes on from what is forgotten is none.
    PUT = "INSERT INTO conversation_summary (tenant_id, conversation_id, upto_seq, text, updated_at)
           SELECT tenant_id, id, $3, $4, $5 FROM conversation WHERE tenant_id = $1 AND id = $2
             AND (EXISTS (SELECT 1 FROM conversation_summary AS s
                          WHERE s.tenant_id = $1 AND s.conversation_id = $2 AND s.upto_seq = $6) OR $6 IS NULL)
           ON CONFLICT (tenant_id, conversation_id) DO UPDATE
             SET upto_seq = excluded.upto_seq, text = excluded.text, updated_at = excluded.updated_at
             WHERE conversation_summary.upto_seq = $6";
    FORGET = "DELETE FROM conversation_summary WHERE tenant_id = $1 AND conversation_id = $2";
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid) -> Result<Option<Summary>> {
    fetch!(optional, conn, GET => Summary; tenant, conversation)
}

/// As [`get`], for people.
pub async fn shown(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid) -> Result<Option<ShownSummary>> {
    fetch!(optional, conn, SHOWN => ShownSummary; tenant, conversation)
}

/// `before`: the one it goes on from, if there was one. Nothing happens where the conversation is gone, or where that is
/// another by now, or forgotten.
pub async fn put(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    conversation: Uuid,
    summary: &Summary,
    before: Option<&Summary>,
    now: Millis,
) -> Result<()> {
    let before = before.map(|before| before.upto_seq);
    execute!(conn, PUT; tenant, conversation, summary.upto_seq, &summary.text, now, before)?;
    Ok(())
}

/// A conversation is put in short anew, from its beginning.
pub async fn forget(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid) -> Result<()> {
    execute!(conn, FORGET; tenant, conversation)?;
    Ok(())
}
