//! Telling whoever looks at a run that it has changed.

use serde_json::json;
use switchboard_store::{
    Conn, Millis, Result, TenantId,
    bot_run::RunKind,
    event::{self, NewEvent},
};
use uuid::Uuid;

/// As often is told at most how far a run is.
pub(super) const STEPS: usize = 20;

pub(super) async fn tell(
    conn: &mut Conn<'_>,
    now: Millis,
    kind: RunKind,
    tenant_id: TenantId,
    bot: Uuid,
    run: Uuid,
) -> Result<()> {
    let data = json!({ "bot_id": bot, "run_id": run, "of": kind.as_str() });
    event::insert(conn, &[NewEvent { tenant_id, kind: "bot_run.changed", data, created_at: now }]).await
}
