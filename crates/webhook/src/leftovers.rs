//! "Received, not understood": what is kept of it, and its second chance.

use switchboard_store::{
    Conn, LeftoverReason, Millis, Result, TenantId, delivery,
    leftover::{self, Leftover},
    new_id,
};
use uuid::Uuid;

use crate::decode::Item;

pub(crate) async fn keep(
    conn: &mut Conn<'_>,
    now: Millis,
    received_at: Millis,
    tenant: Option<TenantId>,
    item: &Item,
    reason: LeftoverReason,
    detail: &str,
) -> Result<()> {
    metrics::counter!("switchboard_webhook_leftovers_total", "reason" => reason.as_str()).increment(1);
    let leftover = Leftover {
        id: new_id(now),
        tenant_id: tenant,
        concerns: item.route.meta_id().map(str::to_owned),
        reason,
        detail: detail.to_owned(),
        body: item.as_delivery(),
        received_at,
        created_at: now,
        replayed_at: None,
    };
    leftover::insert(conn, &leftover).await
}

/// Puts a leftover back among the deliveries, where it is dispatched once more: after an upgrade, or after its number
/// has been connected. `false`: the tenant has no such leftover. Wake the dispatcher after the commit.
pub async fn replay(conn: &mut Conn<'_>, now: Millis, tenant: TenantId, id: Uuid) -> Result<bool> {
    let Some(leftover) = leftover::get(conn, tenant, id).await? else {
        return Ok(false);
    };
    delivery::insert(conn, &[&leftover.body], now).await?;
    leftover::mark_replayed(conn, tenant, id, now).await?;
    Ok(true)
}
