use actix_web::{
    get,
    web::{Data, Json, Path},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_onboarding::{Check, Diagnosis};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// How a number's connection is, link by link.
#[derive(Serialize, ToSchema)]
struct DiagnosisBody {
    number_id: Uuid,
    #[schema(example = "+1 555-078-3881")]
    display_phone_number: String,
    /// No link is broken
    healthy: bool,
    /// In the order in which they depend on each other
    checks: Vec<CheckBody>,
}

#[derive(Serialize, ToSchema)]
struct CheckBody {
    /// `app`, `callback`, `app_webhooks`, `token`, `permissions`, `token_life`, `account`, `registered`, `quality`,
    /// `display_name`, `subscription`, `payment`, `last_webhook` or `last_send`
    #[schema(value_type = String, example = "subscription")]
    check: &'static str,
    /// `pass`, `warn`, `fail` or `unknown`
    #[schema(value_type = String, example = "pass")]
    result: &'static str,
    /// What was found
    reason: String,
    /// What to do; null: nothing
    #[schema(value_type = Option<String>)]
    advice: Option<&'static str>,
}

impl From<Diagnosis> for DiagnosisBody {
    fn from(diagnosis: Diagnosis) -> Self {
        Self {
            number_id: diagnosis.number.id,
            healthy: diagnosis.is_healthy(),
            checks: diagnosis.checks.into_iter().map(Into::into).collect(),
            display_phone_number: diagnosis.number.display_phone_number,
        }
    }
}

impl From<Check> for CheckBody {
    fn from(check: Check) -> Self {
        Self { check: check.check, result: check.verdict.as_str(), reason: check.reason, advice: check.advice }
    }
}

/// Try every link of a number's connection
///
/// From the Meta app to the last message that left. Asks Meta, and takes as long as Meta does; changes nothing.
#[utoipa::path(tag = "numbers", params(("id" = Uuid, Path, description = "The number's id")),
    responses((status = 200, description = "What was found", body = DiagnosisBody)))]
#[get("/api/numbers/{id}/doctor")]
pub(super) async fn doctor(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<DiagnosisBody>, Problem> {
    let principal = who.require(Permission::ManageNumbers)?;
    Ok(Json(state.onboarding.diagnose(principal.tenant, *id).await?.into()))
}
