use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_inbox::transcripts;
use switchboard_store::{Scope, Signal};
use uuid::Uuid;

use super::wire::TranscriptBody;
use crate::http::{AppState, Authenticated, Problem};

/// Have a voice note written down
///
/// What customers say is written down by itself as it comes; this is for what failed, and for older recordings.
#[utoipa::path(tag = "conversations",
    params(("id" = Uuid, Path, description = "The conversation's id"),
        ("message_id" = Uuid, Path, description = "The message's id")),
    responses((status = 200, description = "It is being written down", body = TranscriptBody),
        (status = 409, description = "`transcript_under_way`: it is written down, or being written; `no_voice`: there is no \
            recording", body = Problem, content_type = "application/problem+json")))]
#[post("/api/conversations/{id}/messages/{message_id}/transcript")]
pub(super) async fn transcribe(
    state: Data<AppState>,
    who: Authenticated,
    path: Path<(Uuid, Uuid)>,
) -> Result<Json<TranscriptBody>, Problem> {
    let tenant = who.require(Permission::Reply)?.tenant;
    let (conversation, message) = path.into_inner();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let asked = transcripts::ask(&mut tx.conn(), state.clock.now(), tenant, conversation, message).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Transcript);
    state.notifier.notify(Signal::Event);
    Ok(Json(asked.into()))
}
