use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::wire::caller;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
struct EventBody {
    /// As `start` gave it out
    #[garde(length(max = 256))]
    state: String,
    /// `event` of the dialog's message: `FINISH`, `FINISH_ONLY_WABA`, `FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING`, `CANCEL`, `ERROR`, …
    #[garde(length(min = 1, max = 64))]
    #[schema(example = "CANCEL")]
    event: String,
    /// `data` of the dialog's message, as it came
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    data: Value,
}

/// Tell what the browser heard from Meta's dialog
///
/// The dialog's message `WA_EMBEDDED_SIGNUP` comes before the code, after it, or without one: send it here as soon as it
/// comes. Its ids are hints, which count as far as the permission covers them. A page must take such messages only from the
/// origin that `sdk` of the status names, or, where it names none, from one whose scheme is `https` and whose host is
/// `facebook.com` or ends with `.facebook.com`: that an origin ends with `facebook.com` proves nothing.
#[utoipa::path(tag = "connection", request_body = EventBody, responses(
    (status = 204, description = "Kept with the connection"),
    (status = 422, description = "`state_invalid`, `state_expired`, `state_not_yours`: begin again; `invalid`: a field",
        body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/onboarding/whatsapp/event")]
pub(super) async fn report(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<EventBody>,
) -> Result<HttpResponse, Problem> {
    let EventBody { state: of_run, event, data } = body;
    state.onboarding.report(caller(&who)?, &of_run.into(), &event, &data).await?;
    Ok(HttpResponse::NoContent().finish())
}
