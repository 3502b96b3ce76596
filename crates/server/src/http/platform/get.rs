use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_store::TenantId;
use uuid::Uuid;

use super::wire::TenantDetailBody;
use crate::http::{AppState, ForPlatform, Problem};

/// Read a business
#[utoipa::path(tag = "platform", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The business", body = TenantDetailBody)))]
#[get("/api/platform/tenants/{id}")]
pub(super) async fn get(
    state: Data<AppState>,
    _: ForPlatform,
    id: Path<Uuid>,
) -> Result<Json<TenantDetailBody>, Problem> {
    read(&state, TenantId(*id)).await
}

/// A business as it is now.
pub(super) async fn read(state: &AppState, tenant: TenantId) -> Result<Json<TenantDetailBody>, Problem> {
    let detail = state.accounts.tenant_detail(tenant).await?;
    let numbers = state.onboarding.numbers(tenant).await?;
    Ok(Json(TenantDetailBody::new(detail, numbers)))
}
