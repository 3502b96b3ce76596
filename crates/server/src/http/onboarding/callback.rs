use actix_web::{
    HttpResponse, get,
    http::header,
    web::{Data, Query},
};
use serde::Deserialize;
use switchboard_onboarding::{Callback, Finished, OnboardingError};
use url::Url;

use super::wire::caller;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CallbackQuery {
    /// As `start` gave it out
    state: Option<String>,
    /// With consent
    code: Option<String>,
    /// Without
    error: Option<String>,
    error_description: Option<String>,
}

impl From<CallbackQuery> for Callback {
    fn from(query: CallbackQuery) -> Self {
        let CallbackQuery { state, code, error, error_description } = query;
        // No state is one that nobody gave out.
        let state = state.unwrap_or_default().into();
        Self { state, code: code.map(Into::into), error, error_description }
    }
}

/// Come back from Meta's dialog
///
/// The redirect variant: Meta sends the browser here. Goes through all steps, then sends the browser to the dashboard,
/// which shows them: with `connect=done`, or `connect=failed` and, unless a step says it, a `reason`: `state_invalid`,
/// `state_expired`, `state_replayed`, `state_not_yours`, `internal`.
#[utoipa::path(tag = "connection", params(CallbackQuery),
    responses((status = 303, description = "To the dashboard", headers(("Location" = String)))))]
#[get("/api/onboarding/whatsapp/callback")]
pub(super) async fn callback(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<CallbackQuery>,
) -> Result<HttpResponse, Problem> {
    let outcome = match caller(&who) {
        Ok(caller) => state.onboarding.callback(caller, query.into_inner().into()).await,
        // A browser stands here: it goes to a page, not to a problem in JSON.
        Err(problem) => {
            tracing::info!(%problem, "a connection came back to someone who may not make one");
            Err(OnboardingError::StateNotYours)
        }
    };
    Ok(to_dashboard(&state.config.public_url, &outcome))
}

fn to_dashboard(public_url: &Url, outcome: &Result<Finished, OnboardingError>) -> HttpResponse {
    if let Err(error) = outcome {
        tracing::info!(%error, "a connection did not go on");
    }
    let mut url = public_url.clone();
    url.set_path("/");
    url.set_query(Some(match outcome {
        Ok(Finished::Connected) => "connect=done",
        Ok(Finished::Stopped { .. }) => "connect=failed",
        Err(OnboardingError::StateInvalid) => "connect=failed&reason=state_invalid",
        Err(OnboardingError::StateExpired) => "connect=failed&reason=state_expired",
        Err(OnboardingError::StateReplayed) => "connect=failed&reason=state_replayed",
        Err(OnboardingError::StateNotYours) => "connect=failed&reason=state_not_yours",
        Err(_) => "connect=failed&reason=internal",
    }));
    HttpResponse::SeeOther().insert_header((header::LOCATION, url.as_str())).finish()
}
