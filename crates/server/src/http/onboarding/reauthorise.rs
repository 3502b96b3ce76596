use actix_web::{
    post,
    web::{Data, Json, Path},
};
use uuid::Uuid;

use super::wire::{StartedBody, caller};
use crate::http::{AppState, Authenticated, Problem};

/// Begin to connect a number again
///
/// For a number whose permission has ended or soon will. The dialog is the same; its answer renews this number's
/// connection and no other, and everything that belongs to the number stays.
#[utoipa::path(tag = "numbers", params(("id" = Uuid, Path, description = "The number's id")),
    responses((status = 200, description = "What the dialog needs", body = StartedBody)))]
#[post("/api/numbers/{id}/reauthorise")]
pub(super) async fn reauthorise(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<StartedBody>, Problem> {
    Ok(Json(state.onboarding.reauthorise(caller(&who)?, *id).await?.into()))
}
