use actix_web::{
    get,
    web::{Data, Json, Query},
};
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_inbox::overview::{self as figures, COUNTED, Overview, Point, Range};
use switchboard_store::{Scope, Zone, tenant};
use utoipa::ToSchema;

use super::dollars;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OverviewQuery {
    /// `today`, hour by hour, unless given; `7d` or `30d`, day by day, with today
    #[param(example = "today")]
    range: Option<String>,
}

/// How the business is doing.
#[derive(Serialize, ToSchema)]
struct OverviewBody {
    /// Whose days these are
    #[schema(example = "Europe/Istanbul")]
    time_zone: String,
    /// Hours or days, the oldest first, also those in which nothing happened
    points: Vec<PointBody>,
    /// In which customers have written
    conversations: i64,
    /// Where a customer waits for a person, or a person has to look, now
    waiting: i64,
    /// Conversations are counted up to this
    counted_up_to: i64,
    /// Messages of customers
    received: i64,
    by_ai: i64,
    by_people: i64,
    /// What did not get through
    failed: i64,
    /// Turns that the AI has answered
    answered: i64,
    /// Turns that the AI has handed to people
    handed_over: i64,
    /// Milliseconds a customer waited for the AI, on average; null: it has answered nobody
    ai_wait_ms: Option<i64>,
    /// Milliseconds a customer waited for a person, on average; null: people have answered nobody
    people_wait_ms: Option<i64>,
    prompt_tokens: i64,
    completion_tokens: i64,
    /// In US dollars; null: the model tells of no cost
    cost: Option<f64>,
}

/// An hour, or a day.
#[derive(Serialize, ToSchema)]
struct PointBody {
    /// When it begins. RFC 3339
    from: String,
    received: i64,
    by_ai: i64,
    by_people: i64,
    handed_over: i64,
    failed: i64,
}

impl From<Point> for PointBody {
    fn from(Point { from, counts, failed }: Point) -> Self {
        Self {
            from: from.to_rfc3339(),
            received: counts.received,
            by_ai: counts.by_ai,
            by_people: counts.by_people,
            handed_over: counts.handed_over,
            failed,
        }
    }
}

impl OverviewBody {
    fn new(time_zone: String, it: Overview) -> Self {
        let Overview { points, total, failed, conversations, waiting } = it;
        Self {
            time_zone,
            points: points.into_iter().map(Into::into).collect(),
            conversations,
            waiting,
            counted_up_to: COUNTED,
            received: total.received,
            by_ai: total.by_ai,
            by_people: total.by_people,
            failed,
            answered: total.answered,
            handed_over: total.handed_over,
            ai_wait_ms: total.ai_reply_ms.checked_div(total.ai_replies),
            people_wait_ms: total.people_reply_ms.checked_div(total.people_replies),
            prompt_tokens: total.prompt_tokens,
            completion_tokens: total.completion_tokens,
            cost: total.cost_micros.map(dollars),
        }
    }
}

/// See how the business is doing
///
/// What has happened up to now, in the time zone of the business. A quarter of an hour that is over is read from what was
/// counted of it then; what has happened since is counted anew.
#[utoipa::path(tag = "tenant", params(OverviewQuery),
    responses((status = 200, description = "How it is doing", body = OverviewBody)))]
#[get("/api/overview")]
pub(super) async fn overview(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<OverviewQuery>,
) -> Result<Json<OverviewBody>, Problem> {
    let id = who.require(Permission::ViewConversations)?.tenant;
    let range = match query.range.as_deref() {
        None | Some("today") => Range::Today,
        Some("7d") => Range::Days(7),
        Some("30d") => Range::Days(30),
        Some(_) => return Err(Problem::invalid("range", "must be \"today\", \"7d\" or \"30d\"")),
    };
    let mut tx = state.db.read(Scope::Tenant(id)).await?;
    let conn = &mut tx.conn();
    let tenant = tenant::get(conn, id).await?.ok_or_else(Problem::not_found)?;
    let zone = Zone::of(&tenant.time_zone);
    let it = figures::overview(conn, id, &zone, range, state.clock.now()).await?;
    Ok(Json(OverviewBody::new(tenant.time_zone, it)))
}
