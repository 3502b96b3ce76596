use actix_web::{
    post,
    web::{Data, Json},
};

use super::wire::{StatusBody, caller, ended};
use crate::http::{AppState, Authenticated, Problem};

/// Recover a connection whose code was lost
///
/// For when the dialog at Meta ended well and the code never arrived here. Takes that the browser told the `waba_id` and
/// the `business_id`, and that Meta has confirmed the share by webhook.
#[utoipa::path(tag = "connection", responses(
    (status = 200, description = "Connected", body = StatusBody),
    (status = 409, description = "`no_system_token`: the installation cannot; `not_recoverable`: why not; `busy`: wait",
        body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`connection_stopped`: a step failed", body = Problem,
        content_type = "application/problem+json"),
    (status = 502, description = "`meta_refused`: Meta gave no token", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/onboarding/whatsapp/recover")]
pub(super) async fn recover(state: Data<AppState>, who: Authenticated) -> Result<Json<StatusBody>, Problem> {
    let caller = caller(&who)?;
    let how = state.onboarding.recover(caller).await?;
    Ok(Json(ended(&state, caller, how).await?))
}
