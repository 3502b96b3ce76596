use actix_web::{
    HttpResponse, delete,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_store::TenantId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::DeletionBody;
use crate::http::{AppState, ForPlatform, Problem};

#[derive(Deserialize, ToSchema)]
struct DeleteTenantBody {
    /// The name of the business, typed in
    name: String,
}

/// Delete a business
///
/// Meta is told to send nothing more, as far as it can be told. Then the business's data key is destroyed, which makes
/// its secrets unreadable at once; everything else follows in the background. There is no way back.
#[utoipa::path(tag = "platform", params(("id" = Uuid, Path)), request_body = DeleteTenantBody, responses(
    (status = 202, description = "Begun", body = DeletionBody),
    (status = 409, description = "`own_tenant`: you are signed in to it; `tenant_deleting`: begun already", body = Problem,
        content_type = "application/problem+json"),
))]
#[delete("/api/platform/tenants/{id}")]
pub(super) async fn delete(
    state: Data<AppState>,
    ForPlatform(admin): ForPlatform,
    id: Path<Uuid>,
    Json(body): Json<DeleteTenantBody>,
) -> Result<HttpResponse, Problem> {
    let tenant = TenantId(*id);
    let by = state.accounts.may_delete(&admin, tenant, &body.name).await?;
    state.onboarding.take_leave(tenant).await;
    let deletion = state.accounts.delete_tenant(tenant, &by).await?;
    Ok(HttpResponse::Accepted().json(DeletionBody::from(deletion)))
}
