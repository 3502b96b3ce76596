use actix_web::{
    get,
    web::{Data, Json, Query},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_inbox::overview::{self, DayOfNumber};
use switchboard_store::{Scope, Zone, tenant};
use utoipa::ToSchema;
use uuid::Uuid;

use super::dollars;
use crate::http::{AppState, Authenticated, Problem};

const DEFAULT_DAYS: u16 = 30;
/// Of a number in a month, since October 2026 (Meta's pricing of the WhatsApp Business Platform).
const FREE_SERVICE_MESSAGES: i64 = 1_000;

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct UsageQuery {
    /// How many days, today being the last of them: 1 to 92, 30 unless given
    #[garde(inner(range(min = 1, max = 92)))]
    days: Option<u16>,
}

/// What the business has used.
#[derive(Serialize, ToSchema)]
struct UsageBody {
    /// Whose days these are
    #[schema(example = "Europe/Istanbul")]
    time_zone: String,
    /// The newest day first; days on which nothing happened on a number are left out
    items: Vec<NumberDayBody>,
    /// Of each number that has said something since the month began
    service_messages: Vec<ServiceMessagesBody>,
}

/// What a number has said in this month that Meta counts as service messages: through its API, and no templates.
#[derive(Serialize, ToSchema)]
struct ServiceMessagesBody {
    number_id: Uuid,
    /// Those that did not fail
    count: i64,
    /// What Meta gives free in a month: what is beyond is charged, and needs a means of payment
    free: i64,
}

/// What happened on a day on a number.
#[derive(Serialize, ToSchema)]
struct NumberDayBody {
    #[schema(example = "2026-01-31")]
    day: String,
    number_id: Uuid,
    /// Messages of customers
    received: i64,
    by_ai: i64,
    by_people: i64,
    /// That people were called, and the like
    by_system: i64,
    failed: i64,
    /// Turns that the AI has answered
    answered: i64,
    /// Turns that the AI has handed to people
    handed_over: i64,
    /// As the model counts them, also for answers that were not sent
    prompt_tokens: i64,
    completion_tokens: i64,
    /// In US dollars; null: the model tells of no cost
    cost: Option<f64>,
}

impl From<DayOfNumber> for NumberDayBody {
    fn from(DayOfNumber { day, number_id, counts, failed }: DayOfNumber) -> Self {
        Self {
            day: day.to_string(),
            number_id,
            received: counts.received,
            by_ai: counts.by_ai,
            by_people: counts.by_people,
            by_system: counts.by_system,
            failed,
            answered: counts.answered,
            handed_over: counts.handed_over,
            prompt_tokens: counts.prompt_tokens,
            completion_tokens: counts.completion_tokens,
            cost: counts.cost_micros.map(dollars),
        }
    }
}

/// See what the business uses
///
/// Messages, turns and tokens, day by day and number by number, in the time zone of the business; and how much of this
/// month's free service messages each number has used.
#[utoipa::path(tag = "tenant", params(UsageQuery),
    responses((status = 200, description = "What it has used", body = UsageBody)))]
#[get("/api/usage")]
pub(super) async fn usage(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<UsageQuery>,
) -> Result<Json<UsageBody>, Problem> {
    let id = who.require(Permission::ViewTenant)?.tenant;
    query.validate()?;
    let mut tx = state.db.read(Scope::Tenant(id)).await?;
    let conn = &mut tx.conn();
    let tenant = tenant::get(conn, id).await?.ok_or_else(Problem::not_found)?;
    let zone = Zone::of(&tenant.time_zone);
    let days = query.days.unwrap_or(DEFAULT_DAYS);
    let items = overview::days(conn, id, &zone, days, state.clock.now()).await?;
    let service_messages = overview::service_messages(conn, id, &zone, state.clock.now()).await?.into_iter();
    let service_messages = service_messages
        .map(|(number_id, count)| ServiceMessagesBody { number_id, count, free: FREE_SERVICE_MESSAGES })
        .collect();
    let items = items.into_iter().map(Into::into).collect();
    Ok(Json(UsageBody { time_zone: tenant.time_zone, items, service_messages }))
}
