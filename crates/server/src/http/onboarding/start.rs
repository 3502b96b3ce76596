use actix_web::{
    post,
    web::{Data, Json},
};

use super::wire::{StartedBody, caller};
use crate::http::{AppState, Authenticated, Problem};

/// Begin to connect WhatsApp
///
/// Takes a person who is signed in: the answer of Meta's dialog must come back in the same session.
#[utoipa::path(tag = "connection", responses((status = 200, description = "What the dialog needs", body = StartedBody)))]
#[post("/api/onboarding/whatsapp/start")]
pub(super) async fn start(state: Data<AppState>, who: Authenticated) -> Result<Json<StartedBody>, Problem> {
    Ok(Json(state.onboarding.start(caller(&who)?).await?.into()))
}
