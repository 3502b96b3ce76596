use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_store::{Scope, conversation};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Beyond this, nobody counts.
const UP_TO: i64 = 1_000;

/// How many conversations each view has. 1000 means 1000 or more.
#[derive(Serialize, ToSchema)]
struct CountsBody {
    open: i64,
    mine: i64,
    unassigned: i64,
    ai: i64,
    human: i64,
    waiting: i64,
    failed: i64,
    snoozed: i64,
    resolved: i64,
    /// With notes that name you and that you have not seen
    mentions: i64,
}

/// Count the conversations of each view
#[utoipa::path(tag = "conversations", responses((status = 200, description = "The counts", body = CountsBody)))]
#[get("/api/conversations/counts")]
pub(super) async fn counts(state: Data<AppState>, who: Authenticated) -> Result<Json<CountsBody>, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let person = principal.person.unwrap_or(Uuid::nil());
    let mut tx = state.db.read(Scope::Tenant(principal.tenant)).await?;
    let counts = conversation::counts(&mut tx.conn(), principal.tenant, person, UP_TO).await?;
    Ok(Json(CountsBody {
        open: (counts.ai + counts.human).min(UP_TO),
        mine: counts.mine,
        unassigned: counts.unassigned,
        ai: counts.ai,
        human: counts.human,
        waiting: counts.waiting,
        failed: counts.failed,
        snoozed: counts.snoozed,
        resolved: counts.resolved,
        mentions: counts.mentions,
    }))
}
