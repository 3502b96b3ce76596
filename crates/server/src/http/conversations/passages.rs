use actix_web::{
    get,
    web::{Data, Json, Path},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_store::{
    Scope, message,
    message_passage::{self, MessagePassage},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Page, Problem};

/// A passage of the knowledge, as it read when the answer was written.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PassageBody {
    /// The knowledge item it is of, which may be gone since
    pub(in crate::http) item_id: Uuid,
    /// The question it answers, if it does
    pub(in crate::http) title: Option<String>,
    pub(in crate::http) text: String,
}

impl From<MessagePassage> for PassageBody {
    fn from(passage: MessagePassage) -> Self {
        Self { item_id: passage.item_id, title: passage.title, text: passage.text }
    }
}

/// Read what an answer of the AI was written from
///
/// The passages of the knowledge that the AI was given for it, the best first; all on one page.
#[utoipa::path(tag = "conversations",
    params(("id" = Uuid, Path, description = "The conversation's id"),
        ("message_id" = Uuid, Path, description = "The message's id")),
    responses((status = 200, description = "The passages", body = Page<PassageBody>)))]
#[get("/api/conversations/{id}/messages/{message_id}/passages")]
pub(super) async fn passages(
    state: Data<AppState>,
    who: Authenticated,
    path: Path<(Uuid, Uuid)>,
) -> Result<Json<Page<PassageBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let (conversation, id) = path.into_inner();
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let message = message::get(&mut tx.conn(), tenant, conversation, id).await?.ok_or_else(Problem::not_found)?;
    let passages = message_passage::of_message(&mut tx.conn(), tenant, message.id).await?;
    Ok(Json(Page { items: passages.into_iter().map(PassageBody::from).collect(), next_cursor: None }))
}
