//! What was done, by whom. An entry is written in the transaction that does it.

use serde_json::Value;
use switchboard_store::{
    Actor, Conn, Millis, Result, Scope, TenantId,
    audit::{AuditEntry, Filter},
    new_id,
};
use uuid::Uuid;

use crate::{Accounts, Principal};

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    pub tenant: TenantId,
    pub actor: Actor,
    pub actor_id: Option<Uuid>,
}

impl From<&Principal> for Who {
    fn from(principal: &Principal) -> Self {
        Self { tenant: principal.tenant, actor: principal.actor, actor_id: principal.actor_id() }
    }
}

/// Writes down that `who` did `action` (`subject.verb`) to `target`. `detail` holds no secret.
pub async fn record(
    conn: &mut Conn<'_>,
    who: Who,
    now: Millis,
    action: &str,
    target: Option<String>,
    detail: Value,
) -> Result<()> {
    let entry = AuditEntry {
        id: new_id(now),
        at: now,
        actor: who.actor,
        actor_id: who.actor_id,
        action: action.to_owned(),
        target,
        detail: detail.into(),
    };
    switchboard_store::audit::insert(conn, who.tenant, &entry).await
}

impl Accounts {
    /// Newest first; `before`: the last id of the page before.
    pub async fn audit(
        &self,
        principal: &Principal,
        filter: &Filter,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>> {
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        switchboard_store::audit::list(&mut tx.conn(), principal.tenant, filter, before, limit).await
    }
}
