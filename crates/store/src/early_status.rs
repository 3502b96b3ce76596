//! Statuses that overtook the answer to the call they speak of.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Json, MessageStatus, Millis, Result, TenantId,
    db::{Row, execute, fetch, given, statements},
    message::WamidKey,
};

#[derive(Debug, Clone, PartialEq, Serialize, Row)]
pub struct EarlyStatus {
    pub tenant_id: TenantId,
    pub number_id: Uuid,
    pub wamid: String,
    pub status: MessageStatus,
    pub error: Option<Json<Value>>,
    pub at: Millis,
}

statements! {
    // Of several the furthest stays; the order of the words in the text is the order of the statuses.
    KEEP = {
        sqlite: "INSERT INTO early_status (tenant_id, number_id, wamid, status, error, at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'number_id', '-'), value->>'wamid', value->>'status',
                   nullif(value->'error', 'null'), value->>'at'
                 FROM jsonb_each($1) WHERE true
                 ON CONFLICT (tenant_id, number_id, wamid) DO UPDATE SET status = excluded.status, error = excluded.error
                 WHERE instr('sent failed delivered read', excluded.status) > instr('sent failed delivered read', early_status.status)",
        postgres: "INSERT INTO early_status (tenant_id, number_id, wamid, status, error, at)
                 SELECT tenant_id, number_id, wamid, status, error, at FROM jsonb_populate_recordset(NULL::early_status, $1)
                 ON CONFLICT (tenant_id, number_id, wamid) DO UPDATE SET status = excluded.status, error = excluded.error
                 WHERE strpos('sent failed delivered read', excluded.status) > strpos('sent failed delivered read', early_status.status)",
    };
    TAKE = {
        sqlite: "DELETE FROM early_status WHERE (tenant_id, number_id, wamid) IN
                   (SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'number_id', '-'), value->>'wamid' FROM jsonb_each($1))
                 RETURNING *",
        postgres: concat!("DELETE FROM early_status AS e USING ", given!("tenant_id uuid, number_id uuid, wamid text"), "
                 WHERE e.tenant_id = x.tenant_id AND e.number_id = x.number_id AND e.wamid = x.wamid
                 RETURNING e.*"),
    };
}

/// Keeps statuses, at most one for each message: `statuses` names none twice.
pub async fn keep(conn: &mut Conn<'_>, statuses: &[EarlyStatus]) -> Result<()> {
    if statuses.is_empty() {
        return Ok(());
    }
    execute!(conn, KEEP; Json(statuses))?;
    Ok(())
}

/// Takes out what was kept for messages whose wamids have become known.
pub async fn take(conn: &mut Conn<'_>, keys: &[WamidKey]) -> Result<Vec<EarlyStatus>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, TAKE => EarlyStatus; Json(keys))
}
