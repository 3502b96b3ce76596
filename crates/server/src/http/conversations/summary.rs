use actix_web::{
    get,
    web::{Data, Json, Path},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_store::{
    Millis, Scope, conversation,
    summary::{self as in_short, ShownSummary},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

#[derive(Serialize, ToSchema)]
struct SummaryBody {
    /// Null: the conversation is short enough to be read
    summary: Option<EarlierBody>,
}

/// What was said earlier, in short.
#[derive(Serialize, ToSchema)]
struct EarlierBody {
    /// In the words of a model
    text: String,
    /// `seq` of the newest message it tells of
    upto_seq: i64,
    /// When that was said; null: the message is gone. RFC 3339
    upto_at: Option<String>,
    /// When it was written. RFC 3339
    updated_at: String,
}

impl From<ShownSummary> for EarlierBody {
    fn from(it: ShownSummary) -> Self {
        Self {
            text: it.text,
            upto_seq: it.upto_seq,
            upto_at: it.upto_at.map(Millis::to_rfc3339),
            updated_at: it.updated_at.to_rfc3339(),
        }
    }
}

/// Read a conversation in short
///
/// What the AI is told of a long conversation in place of its oldest messages, as a model has put it.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id")),
    responses((status = 200, description = "What was said earlier, in short", body = SummaryBody)))]
#[get("/api/conversations/{id}/summary")]
pub(super) async fn summary(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<SummaryBody>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let found = in_short::shown(conn, tenant, *id).await?;
    if found.is_none() {
        conversation::get(conn, tenant, *id).await?.ok_or_else(Problem::not_found)?;
    }
    Ok(Json(SummaryBody { summary: found.map(Into::into) }))
}
