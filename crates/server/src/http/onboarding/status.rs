use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;

use super::wire::StatusBody;
use crate::http::{AppState, Authenticated, Problem};

/// Tell how far the connection is
#[utoipa::path(tag = "connection", responses((status = 200, description = "How far it is", body = StatusBody)))]
#[get("/api/onboarding/whatsapp/status")]
pub(super) async fn status(state: Data<AppState>, who: Authenticated) -> Result<Json<StatusBody>, Problem> {
    let principal = who.require(Permission::ViewNumbers)?;
    Ok(Json(StatusBody::new(state.onboarding.status(principal.tenant).await?, &state.config.meta)))
}
