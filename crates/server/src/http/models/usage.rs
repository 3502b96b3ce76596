use actix_web::{
    get,
    web::{Data, Json, Query},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_store::{
    Purpose, Scope, Zone,
    model_use::{self, ModelUse},
    tenant,
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem, usage::dollars};

const DEFAULT_DAYS: u16 = 30;
/// Far more than bots, purposes and models make in a quarter of a year.
const MOST: i64 = 10_000;

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ModelUsageQuery {
    /// How many days, today being the last of them: 1 to 92, 30 unless given
    #[garde(inner(range(min = 1, max = 92)))]
    days: Option<u16>,
}

/// What models were asked.
#[derive(Serialize, ToSchema)]
struct ModelUsageBody {
    /// Whose days these are
    #[schema(example = "Europe/Istanbul")]
    time_zone: String,
    /// The newest day first
    items: Vec<ModelDayBody>,
}

/// What a model was asked on a day, for a purpose of a bot.
#[derive(Serialize, ToSchema)]
struct ModelDayBody {
    #[schema(example = "2026-01-31")]
    day: String,
    /// Null: for people
    bot_id: Option<Uuid>,
    /// `answering`, `embedding`, `transcription` or `translation`
    #[schema(value_type = String, example = "answering")]
    purpose: Purpose,
    model: String,
    /// Also what was tried out and tested
    calls: i64,
    /// Of them
    failures: i64,
    prompt_tokens: i64,
    completion_tokens: i64,
    /// In US dollars; null: nobody tells
    cost: Option<f64>,
}

impl From<ModelUse> for ModelDayBody {
    fn from(used: ModelUse) -> Self {
        Self {
            day: used.day,
            bot_id: Some(used.bot_id).filter(|id| !id.is_nil()),
            purpose: used.purpose,
            model: used.model,
            calls: used.calls,
            failures: used.failures,
            prompt_tokens: used.prompt_tokens,
            completion_tokens: used.completion_tokens,
            cost: used.cost_micros.map(dollars),
        }
    }
}

/// See what models were asked
///
/// Day by day, by bot, purpose and model, in the time zone of the business. What is asked shows about a second later.
#[utoipa::path(tag = "models", params(ModelUsageQuery),
    responses((status = 200, description = "What was asked", body = ModelUsageBody)))]
#[get("/api/models/usage")]
pub(super) async fn usage(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<ModelUsageQuery>,
) -> Result<Json<ModelUsageBody>, Problem> {
    let id = who.require(Permission::ViewTenant)?.tenant;
    query.validate()?;
    let mut tx = state.db.read(Scope::Tenant(id)).await?;
    let conn = &mut tx.conn();
    let tenant = tenant::get(conn, id).await?.ok_or_else(Problem::not_found)?;
    let today = Zone::of(&tenant.time_zone).local(state.clock.now()).day;
    let first = today.plus(1 - i64::from(query.days.unwrap_or(DEFAULT_DAYS)));
    let items = model_use::since(conn, id, &first.to_string(), MOST).await?;
    Ok(Json(ModelUsageBody { time_zone: tenant.time_zone, items: items.into_iter().map(Into::into).collect() }))
}
