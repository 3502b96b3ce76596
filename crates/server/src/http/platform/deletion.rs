use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_store::TenantId;
use uuid::Uuid;

use super::wire::DeletionBody;
use crate::http::{AppState, ForPlatform, Problem};

/// Follow the deletion of a business
///
/// Also when it is over.
#[utoipa::path(tag = "platform", params(("id" = Uuid, Path)),
    responses((status = 200, description = "How far it is", body = DeletionBody)))]
#[get("/api/platform/tenants/{id}/deletion")]
pub(super) async fn deletion(
    state: Data<AppState>,
    _: ForPlatform,
    id: Path<Uuid>,
) -> Result<Json<DeletionBody>, Problem> {
    Ok(Json(state.accounts.deletion(TenantId(*id)).await?.into()))
}
