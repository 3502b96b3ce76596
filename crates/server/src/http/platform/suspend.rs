use actix_web::{
    post,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_inbox::suspension;
use switchboard_store::{Scope, TenantId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{get::read, wire::TenantDetailBody};
use crate::http::{AppState, ForPlatform, Problem};

#[derive(Deserialize, ToSchema)]
struct SuspendBody {
    /// What its people read: 1 to 500 characters
    reason: String,
}

/// Suspend a business
///
/// Its people can read, and nothing else; its keys are refused; its bots answer nobody, and nothing leaves. What
/// customers write is stored.
#[utoipa::path(tag = "platform", params(("id" = Uuid, Path)), request_body = SuspendBody, responses(
    (status = 200, description = "The business as it is now", body = TenantDetailBody),
    (status = 409, description = "`own_tenant`: you are signed in to it; `tenant_deleting`", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/platform/tenants/{id}/suspend")]
pub(super) async fn suspend(
    state: Data<AppState>,
    ForPlatform(admin): ForPlatform,
    id: Path<Uuid>,
    Json(body): Json<SuspendBody>,
) -> Result<Json<TenantDetailBody>, Problem> {
    let tenant = TenantId(*id);
    let mut tx = state.db.write(Scope::System).await?;
    state.accounts.suspend(&mut tx.conn(), &admin, tenant, &body.reason).await?;
    suspension::suspend(&mut tx.conn(), tenant, state.clock.now()).await?;
    tx.commit().await?;
    state.accounts.tenant_changed(tenant);
    read(&state, tenant).await
}
