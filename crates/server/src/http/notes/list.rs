use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use switchboard_accounts::Permission;
use switchboard_store::{
    Millis, Scope, conversation,
    note::{self, Cursor},
};
use uuid::Uuid;

use super::wire::NoteBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem, cursor};

/// List the notes of a conversation
///
/// The newest page comes first, each with its oldest note first, as messages do.
#[utoipa::path(tag = "notes", params(("id" = Uuid, Path, description = "The conversation's id"), PageQuery),
    responses((status = 200, description = "A page of notes", body = Page<NoteBody>)))]
#[get("/api/conversations/{id}/notes")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<Json<Page<NoteBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let before = before.map(|(created_at, id)| Cursor { created_at: Millis(created_at), id });
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let rows = note::before(conn, tenant, *id, before, limit + 1).await?;
    if rows.is_empty() {
        conversation::get(conn, tenant, *id).await?.ok_or_else(Problem::not_found)?;
    }
    let mut page = Page::from_rows(rows, limit, |note| cursor::encode(note.created_at.0, note.id), NoteBody::from);
    page.items.reverse();
    Ok(Json(page))
}
