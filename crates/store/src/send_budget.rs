//! What each number may still send: a generic cell rate algorithm whose state all replicas share.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, given, statements},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Row)]
pub struct SendBudget {
    pub tenant_id: TenantId,
    pub number_id: Uuid,
    pub next_free_at: Millis,
    pub paused_until: Millis,
}

/// Names a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NumberKey {
    pub tenant_id: TenantId,
    pub number_id: Uuid,
}

statements! {
    INSERT = "INSERT INTO send_budget (tenant_id, number_id, next_free_at, paused_until) VALUES ($1, $2, 0, 0)
              ON CONFLICT (tenant_id, number_id) DO NOTHING";
    LOCK = {
        sqlite: "SELECT b.* FROM jsonb_each($1) AS x
                 JOIN send_budget AS b ON b.tenant_id = unhex(x.value->>'tenant_id', '-') AND b.number_id = unhex(x.value->>'number_id', '-')",
        postgres: concat!("SELECT b.* FROM ", given!("tenant_id uuid, number_id uuid"), "
                 JOIN send_budget AS b ON b.tenant_id = x.tenant_id AND b.number_id = x.number_id
                 ORDER BY b.tenant_id, b.number_id FOR UPDATE OF b"),
    };
    SAVE = {
        sqlite: "UPDATE send_budget SET next_free_at = x.value->>'next_free_at', paused_until = x.value->>'paused_until'
                 FROM jsonb_each($1) AS x
                 WHERE send_budget.tenant_id = unhex(x.value->>'tenant_id', '-')
                   AND send_budget.number_id = unhex(x.value->>'number_id', '-')",
        postgres: concat!("UPDATE send_budget SET next_free_at = x.next_free_at, paused_until = x.paused_until
                 FROM ", given!(like "send_budget"), "
                 WHERE send_budget.tenant_id = x.tenant_id AND send_budget.number_id = x.number_id"),
    };
}

/// Opens the budget of a new number. A number that is connected again keeps the one it has.
pub async fn insert(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid) -> Result<()> {
    execute!(conn, INSERT; tenant, number)?;
    Ok(())
}

/// Locks budgets until the transaction ends. After the conversations, in the order of their ids: everyone does.
pub async fn lock(conn: &mut Conn<'_>, keys: &[NumberKey]) -> Result<Vec<SendBudget>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, LOCK => SendBudget; Json(keys))
}

pub async fn save(conn: &mut Conn<'_>, budgets: &[SendBudget]) -> Result<()> {
    if budgets.is_empty() {
        return Ok(());
    }
    expect_rows("send_budget", budgets.len() as u64, execute!(conn, SAVE; Json(budgets))?)
}
