use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_inbox::suspension;
use switchboard_store::{Scope, Signal, TenantId};
use uuid::Uuid;

use super::{get::read, wire::TenantDetailBody};
use crate::http::{AppState, ForPlatform, Problem};

/// Let a suspended business work again
///
/// Customers whose service window is still open are answered now; for the others, people are called. One that was not
/// suspended stays as it is.
#[utoipa::path(tag = "platform", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The business as it is now", body = TenantDetailBody)))]
#[post("/api/platform/tenants/{id}/resume")]
pub(super) async fn resume(
    state: Data<AppState>,
    ForPlatform(admin): ForPlatform,
    id: Path<Uuid>,
) -> Result<Json<TenantDetailBody>, Problem> {
    let tenant = TenantId(*id);
    let mut tx = state.db.write(Scope::System).await?;
    if state.accounts.resume(&mut tx.conn(), &admin, tenant).await? {
        suspension::resume(&mut tx.conn(), tenant, state.clock.now()).await?;
        tx.commit().await?;
        state.accounts.tenant_changed(tenant);
        state.notifier.notify(Signal::Turn);
        state.notifier.notify(Signal::Outbox);
    } else {
        drop(tx);
    }
    read(&state, tenant).await
}
