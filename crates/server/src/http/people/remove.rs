use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::organising;
use switchboard_store::{Scope, Signal, TenantId};
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// End somebody's work here
///
/// Their sessions in this business end at once, at other replicas within 15 seconds. Their account stays. Open
/// conversations that were assigned to them are nobody's.
#[utoipa::path(tag = "people", params(("id" = Uuid, Path, description = "The person's id")), responses(
    (status = 204, description = "Removed"),
    (status = 403, description = "`forbidden`, or `role_too_strong`: stronger than your own", body = Problem,
        content_type = "application/problem+json"),
    (status = 409, description = "`last_owner`: a business keeps at least one", body = Problem,
        content_type = "application/problem+json"),
))]
#[delete("/api/people/{id}")]
pub(super) async fn remove(state: Data<AppState>, who: Authenticated, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManagePeople)?;
    state.accounts.remove_person(principal, *id).await?;
    release(&state, principal.tenant, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What they had in the inbox is nobody's.
async fn release(state: &AppState, tenant: TenantId, person: Uuid) -> Result<(), Problem> {
    loop {
        let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
        let more = organising::release(&mut tx.conn(), state.clock.now(), tenant, person).await?;
        tx.commit().await?;
        state.notifier.notify(Signal::Event);
        if !more {
            return Ok(());
        }
    }
}
