use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use garde::Validate;
use serde::Deserialize;
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::testing::replay::{self, Wanted};
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ReplayBody;
use crate::http::{AppState, Authenticated, Problem, Valid, body::time};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct ReplayFields {
    /// So many of the newest conversations in which the bot answered or called people, on the numbers that it serves: 1 to
    /// 50, 20 unless given
    conversations: Option<i64>,
    /// RFC 3339: nothing that was said before
    since: Option<String>,
    /// RFC 3339: nothing that was said then or later
    until: Option<String>,
    /// These conversations, 1 to 50, whoever answered in them; left out or null: the newest
    conversation_ids: Option<Vec<Uuid>>,
}

impl ReplayFields {
    fn wanted(self) -> Result<Wanted, Problem> {
        Ok(Wanted {
            conversations: self.conversations,
            since: time("since", self.since.as_deref())?,
            until: time("until", self.until.as_deref())?,
            chosen: self.conversation_ids,
        })
    }
}

/// Replay conversations
///
/// In the background: the bot, as it is now, thinks again about what customers said once and were answered, each time on the
/// conversation as it stood then. Nothing is sent or written into a conversation. The model is asked as it is when a bot is
/// tried out, and costs as much. A replay takes 200 times that somebody was answered, the newest of each conversation; the
/// newest 10 replays of a bot are kept.
#[utoipa::path(tag = "replays", params(("id" = Uuid, Path, description = "The bot's id")), request_body = ReplayFields,
    responses(
        (status = 202, description = "The replay", body = ReplayBody),
        (status = 409, description = "`run_under_way`: one is; `nothing_to_replay`: nobody was answered there",
            body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/replay")]
pub(super) async fn start(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<ReplayFields>,
) -> Result<HttpResponse, Problem> {
    who.require(Permission::ViewConversations)?;
    let principal = who.require(Permission::ManageBots)?;
    let (tenant, now, wanted) = (principal.tenant, state.clock.now(), body.wanted()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let gathered = replay::gather(&mut tx.conn(), tenant, *bot_id, &wanted).await?;
    drop(tx);
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let begun = replay::start(&mut tx.conn(), now, tenant, *bot_id, gathered).await?;
    let detail = json!({ "replay_id": begun.id, "conversations": begun.conversations });
    audit::record(&mut tx.conn(), principal.into(), now, "bot.replayed", Some(bot_id.to_string()), detail).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Replay);
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Accepted().json(ReplayBody::from(begun)))
}
