use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use uuid::Uuid;

use super::wire::NumberBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a number
#[utoipa::path(tag = "numbers", params(("id" = Uuid, Path, description = "The number's id")),
    responses((status = 200, description = "The number", body = NumberBody)))]
#[get("/api/numbers/{id}")]
pub(super) async fn get(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<NumberBody>, Problem> {
    let principal = who.require(Permission::ViewNumbers)?;
    Ok(Json(state.onboarding.number(principal.tenant, *id).await?.into()))
}
