//! What changed, told to whoever watches, in the transaction that changes it.

use serde_json::{Value, json};
use switchboard_store::{
    Actor, Conn, Millis, Result, Step, StepState, TenantId,
    audit::{self, AuditEntry},
    event::{self, NewEvent},
    new_id,
};
use uuid::Uuid;

use crate::AccountEvent;

/// Who makes a change, for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    pub actor: Actor,
    /// The person or the API key; `None` with [`Actor::System`].
    pub id: Option<Uuid>,
}

impl By {
    /// Switchboard itself, on what Meta said.
    pub(crate) const SYSTEM: Self = Self { actor: Actor::System, id: None };

    pub(crate) const fn person(id: Uuid) -> Self {
        Self { actor: Actor::Person, id: Some(id) }
    }
}

/// A step of a run moved.
pub(crate) async fn step(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    run: Uuid,
    step: Step,
    state: StepState,
    error: Option<&str>,
    now: Millis,
) -> Result<()> {
    let data = json!({"onboarding_id": run, "step": step, "state": state, "error": error});
    event(conn, tenant, "onboarding.updated", data, now).await
}

/// Something about a number, or all numbers of an account, is other than it was: readers look again.
pub(crate) async fn numbers(conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<()> {
    event(conn, tenant, "number.updated", json!({}), now).await
}

/// What Meta told about an account, as it was told: also for what has no use here yet.
pub(crate) async fn account(conn: &mut Conn<'_>, tenant: TenantId, told: &AccountEvent, now: Millis) -> Result<()> {
    let data = json!({"waba_id": told.waba_id, "field": told.field, "event": told.event, "value": told.value});
    event(conn, tenant, "whatsapp.account", data, now).await
}

async fn event(conn: &mut Conn<'_>, tenant: TenantId, kind: &'static str, data: Value, now: Millis) -> Result<()> {
    event::insert(conn, &[NewEvent { tenant_id: tenant, kind, data, created_at: now }]).await
}

pub(crate) async fn audited(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    by: By,
    action: &str,
    target: &str,
    detail: Value,
    now: Millis,
) -> Result<()> {
    let entry = AuditEntry {
        id: new_id(now),
        at: now,
        actor: by.actor,
        actor_id: by.id,
        action: action.to_owned(),
        target: Some(target.to_owned()),
        detail: detail.into(),
    };
    audit::insert(conn, tenant, &entry).await
}
