use serde_json::json;
use switchboard_store::{Conn, Millis, Result, TenantId, waba};
use uuid::Uuid;

use crate::{By, changes};

/// The token of an account no longer works (Graph's error 190, or Meta said so): its numbers wait for a person to connect
/// again. Nothing leaves meanwhile; what arrives is stored. `false`: that was known, and nothing was told again.
///
/// `waba` is our id of the account; `problem` says to people why.
pub async fn reauth_required(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    waba: Uuid,
    problem: &str,
    now: Millis,
) -> Result<bool> {
    if waba::reauth_required(conn, tenant, waba, problem, now).await? == 0 {
        return Ok(false);
    }
    let detail = json!({"problem": problem});
    changes::audited(conn, tenant, By::SYSTEM, "waba.reauth_required", &waba.to_string(), detail, now).await?;
    changes::numbers(conn, tenant, now).await?;
    Ok(true)
}
