#![expect(unused_qualifications, reason = "the macro names what stands beside a path of two ids")]

use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_bots::testing::replay::{self, ReplayFilter};
use switchboard_store::{ReplayOutcome, Scope};
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::ReplayResultBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// Which results.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OutcomeQuery {
    /// `same`, `differs`, `now_answered`, `now_handed_over` or `error`; `changed`: the three in the middle; all unless given
    outcome: Option<String>,
}

impl OutcomeQuery {
    fn filter(&self) -> Result<ReplayFilter, Problem> {
        match self.outcome.as_deref() {
            None => Ok(ReplayFilter::All),
            Some("changed") => Ok(ReplayFilter::Changed),
            Some(text) => ReplayOutcome::parse(text)
                .map(ReplayFilter::Only)
                .ok_or_else(|| Problem::invalid("outcome", "is no outcome of a replay")),
        }
    }
}

/// List what came of a replay
///
/// What customers said, what they were told then, and what the bot would tell them now; one conversation after another, each
/// as it went. What the bot has still to think about is in it, too, unless an outcome is asked for.
#[utoipa::path(tag = "replays",
    params(("id" = Uuid, Path, description = "The bot's id"), ("item_id" = Uuid, Path, description = "The replay's id"),
        OutcomeQuery, PageQuery),
    responses((status = 200, description = "A page of results", body = Page<ReplayResultBody>)))]
#[get("/api/bots/{id}/replays/{item_id}/results")]
pub(super) async fn results(
    state: Data<AppState>,
    who: Authenticated,
    ids: Path<(Uuid, Uuid)>,
    outcome: Query<OutcomeQuery>,
    page: Query<PageQuery>,
) -> Result<Json<Page<ReplayResultBody>>, Problem> {
    who.require(Permission::ViewConversations)?;
    let tenant = who.require(Permission::ViewBots)?.tenant;
    let (filter, limit) = (outcome.filter()?, page.limit()?);
    let parse = |text: &str| text.parse().map_err(|_| Problem::invalid("cursor", "is not a cursor"));
    let after = page.cursor.as_deref().map(parse).transpose()?;
    let (bot_id, id) = ids.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    replay::get(conn, tenant, bot_id, id).await?.ok_or_else(Problem::not_found)?;
    let bursts = replay::bursts(conn, tenant, id, filter, after, limit + 1).await?;
    Ok(Json(Page::from_rows(bursts, limit, |burst| burst.position.to_string(), Into::into)))
}
