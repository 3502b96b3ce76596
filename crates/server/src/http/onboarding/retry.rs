use actix_web::{
    post,
    web::{Data, Json},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_onboarding::Hints;
use utoipa::ToSchema;

use super::wire::{StatusBody, caller, ended};
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
struct RetryBody {
    /// Choose this account among those the permission covers
    #[garde(inner(length(max = 64)))]
    waba_id: Option<String>,
    /// Choose this number among those of the account
    #[garde(inner(length(max = 64)))]
    phone_number_id: Option<String>,
}

/// Try the step again that failed
///
/// Goes on with the newest connection from there. Send `{}` to change no choice.
#[utoipa::path(tag = "connection", request_body = RetryBody, responses(
    (status = 200, description = "Connected", body = StatusBody),
    (status = 409, description = "`nothing_to_retry`; `start_again`: the permission is used up; `busy`: wait", body = Problem,
        content_type = "application/problem+json"),
    (status = 422, description = "`connection_stopped`: a step failed; `invalid`: a field", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/onboarding/whatsapp/retry")]
pub(super) async fn retry(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<RetryBody>,
) -> Result<Json<StatusBody>, Problem> {
    let caller = caller(&who)?;
    let hints = Hints { waba_id: body.waba_id, phone_number_id: body.phone_number_id };
    let how = state.onboarding.retry(caller, hints).await?;
    Ok(Json(ended(&state, caller, how).await?))
}
