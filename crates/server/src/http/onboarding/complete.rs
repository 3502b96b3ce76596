use actix_web::{
    post,
    web::{Data, Json},
};
use garde::Validate;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_onboarding::Completion;
use utoipa::ToSchema;

use super::wire::{StatusBody, caller, ended};
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
struct CompletionBody {
    /// From `FB.login`; missing where permission was not given
    #[garde(inner(length(max = 4096)))]
    code: Option<String>,
    /// As `start` gave it out
    #[garde(length(max = 256))]
    state: String,
    /// From the dialog's message. A hint: it counts as far as the permission covers it
    #[garde(inner(length(max = 64)))]
    waba_id: Option<String>,
    /// From the dialog's message, likewise
    #[garde(inner(length(max = 64)))]
    phone_number_id: Option<String>,
    /// From the dialog's message: `FINISH`, `CANCEL`, …
    #[garde(inner(length(max = 64)))]
    event: Option<String>,
    /// `data` of the dialog's message, as it came: says more than the two ids
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    data: Value,
}

impl From<CompletionBody> for Completion {
    fn from(body: CompletionBody) -> Self {
        let CompletionBody { code, state, waba_id, phone_number_id, event, mut data } = body;
        for (name, id) in [("waba_id", waba_id), ("phone_number_id", phone_number_id)] {
            match (id, &mut data) {
                (Some(id), Value::Object(members)) => _ = members.insert(name.to_owned(), id.into()),
                (Some(id), _) => data = json!({ name: id }),
                (None, _) => {}
            }
        }
        Self { state: state.into(), code: code.map(Into::into), event, data }
    }
}

/// Finish connecting with what the JavaScript SDK gave
///
/// Goes through all steps. A step that fails is a 422; the status tells which, and what to do.
#[utoipa::path(tag = "connection", request_body = CompletionBody, responses(
    (status = 200, description = "Connected, or the permission was not given", body = StatusBody),
    (status = 422, description = "`connection_stopped`: a step failed; `state_invalid`, `state_expired`, `state_replayed`, \
        `state_not_yours`: begin again; `invalid`: a field", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/onboarding/whatsapp/complete")]
pub(super) async fn complete(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<CompletionBody>,
) -> Result<Json<StatusBody>, Problem> {
    let caller = caller(&who)?;
    let how = state.onboarding.complete(caller, body.into()).await?;
    Ok(Json(ended(&state, caller, how).await?))
}
