use actix_web::{
    post,
    web::{Data, Json},
};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::wire::{StatusBody, caller, ended};
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
struct ConnectBody {
    /// Meta's id of an account that a permission covers
    #[garde(length(min = 1, max = 64))]
    waba_id: String,
    /// Meta's id of one of its numbers
    #[garde(length(min = 1, max = 64))]
    phone_number_id: String,
}

/// Connect one more number
///
/// One that a permission given already covers: Meta's dialog is not needed. Goes through the steps that are left; if one
/// fails, `retry` goes on from there.
#[utoipa::path(tag = "numbers", request_body = ConnectBody, responses(
    (status = 200, description = "Connected", body = StatusBody),
    (status = 422, description = "`not_granted`: no permission covers it; `connection_stopped`: a step failed; `invalid`: a field",
        body = Problem, content_type = "application/problem+json"),
    (status = 502, description = "`meta_refused`: Meta did not say what is covered", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/numbers")]
pub(super) async fn connect(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<ConnectBody>,
) -> Result<Json<StatusBody>, Problem> {
    let caller = caller(&who)?;
    let how = state.onboarding.connect(caller, body.waba_id, body.phone_number_id).await?;
    Ok(Json(ended(&state, caller, how).await?))
}
