use actix_web::{
    put,
    web::{Data, Json},
};
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_store::Scope;

use super::wire::BudgetBody;
use crate::http::{AppState, Authenticated, Problem, Valid, usage::micros};

/// Say what models may use
///
/// On one day of the business. Once it is used up, bots call people instead of asking a model, until the next day begins.
/// What is being asked at that moment is finished.
#[utoipa::path(tag = "models", request_body = BudgetBody,
    responses((status = 200, description = "The budget as it is now", body = BudgetBody)))]
#[put("/api/models/budget")]
pub(super) async fn budget(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<BudgetBody>,
) -> Result<Json<BudgetBody>, Problem> {
    let principal = who.require(Permission::ManageTenant)?;
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let conn = &mut tx.conn();
    let cost = body.cost_per_day.map(micros);
    state.bots.models.set_budget(conn, principal.tenant, body.tokens_per_day, cost).await?;
    let detail = json!({ "tokens_per_day": body.tokens_per_day, "cost_per_day": body.cost_per_day });
    audit::record(conn, principal.into(), state.clock.now(), "models.budget", None, detail).await?;
    tx.commit().await?;
    Ok(Json(body))
}
