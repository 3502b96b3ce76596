use actix_web::{
    post,
    web::{Data, Json, Path},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_bots::{
    model::ModelError,
    models::{Checked, CheckedModel},
};
use switchboard_store::Purpose;
use utoipa::ToSchema;

use super::wire::{ModelPlace, ModelServerFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// What asking a server came to.
#[derive(Serialize, ToSchema)]
struct CheckedBody {
    /// Each of its models, once
    models: Vec<CheckedModelBody>,
    /// What the server says it has; empty: it does not say
    offers: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct CheckedModelBody {
    /// `answering`, `embedding`, `transcription` or `translation`
    #[schema(value_type = String, example = "answering")]
    purpose: Purpose,
    name: String,
    /// Milliseconds
    took_ms: u64,
    /// Null: it works. `timeout`; `unavailable`: it cannot be reached or is overloaded; `refused`: the key or the model is
    /// wrong; `invalid`: what answered is no such server
    problem: Option<&'static str>,
    /// The status it answered with, if it did
    status: Option<u16>,
}

impl From<CheckedModel> for CheckedModelBody {
    fn from(model: CheckedModel) -> Self {
        Self {
            purpose: model.purpose,
            name: model.name,
            took_ms: u64::try_from(model.took.as_millis()).unwrap_or(u64::MAX),
            status: model.problem.as_ref().and_then(ModelError::status),
            problem: model.problem.as_ref().map(ModelError::kind),
        }
    }
}

impl From<Checked> for CheckedBody {
    fn from(checked: Checked) -> Self {
        Self { models: checked.models.into_iter().map(Into::into).collect(), offers: checked.offers }
    }
}

/// Try a server out
///
/// Asks each of its models once, as the server would be. Nothing is stored.
#[utoipa::path(tag = "models", params(("place" = String, Path, description = "`main` or `fallback`")),
    request_body = ModelServerFields,
    responses((status = 200, description = "What came of it", body = CheckedBody)))]
#[post("/api/models/{place}/check")]
pub(super) async fn check(
    state: Data<AppState>,
    who: Authenticated,
    place: Path<ModelPlace>,
    Valid(body): Valid<ModelServerFields>,
) -> Result<Json<CheckedBody>, Problem> {
    let tenant = who.require(Permission::ManageTenant)?.tenant;
    Ok(Json(state.bots.models.check(tenant, place.position(), body.into()).await?.into()))
}
