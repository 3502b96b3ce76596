//! What customers are shown of what becomes of their messages.

use uuid::Uuid;

use crate::{
    Conn, ReadReceipts, Result, TenantId,
    db::{Row, fetch, statements},
};

/// The newest message of a customer: what is shown of it holds for all before it.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Newest {
    pub number_id: Uuid,
    pub wamid: String,
    /// What the tenant would have shown.
    pub read_receipts: ReadReceipts,
}

statements! {
    // What the platform says ("system") nobody has written, and nobody sees read.
    NEWEST = "SELECT m.number_id, m.wamid, t.read_receipts FROM message AS m JOIN tenant AS t ON t.id = m.tenant_id
              WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.direction = 'inbound' AND m.wamid IS NOT NULL
                AND m.type <> 'system'
              ORDER BY m.created_at DESC, m.seq DESC LIMIT 1";
}

/// `None`: the customer has written nothing.
pub async fn newest(conn: &mut Conn<'_>, tenant: TenantId, conversation: Uuid) -> Result<Option<Newest>> {
    fetch!(optional, conn, NEWEST => Newest; tenant, conversation)
}
