use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use switchboard_accounts::Permission;
use switchboard_store::{
    Conn, Millis, Scope, TenantId, conversation,
    message::{self, Cursor, Message},
};
use uuid::Uuid;

use super::wire::MessageBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem, cursor};

/// Read a thread
///
/// The newest page comes first, each with its oldest message first; `next_cursor` leads to what was said before.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id"), PageQuery),
    responses((status = 200, description = "A page of messages", body = Page<MessageBody>)))]
#[get("/api/conversations/{id}/messages")]
pub(super) async fn messages(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<Json<Page<MessageBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let (before, limit) = (place(&query)?, query.limit()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let rows = read(&mut tx.conn(), tenant, *id, before, limit + 1).await?;
    let at = |message: &Message| cursor::encode(message.created_at.0, message.seq);
    let page = Page::from_rows(rows, limit, at, |message| message);
    let mut items = MessageBody::of(&mut tx.conn(), tenant, page.items).await?;
    items.reverse();
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

fn place(query: &PageQuery) -> Result<Option<Cursor>, Problem> {
    let Some(text) = &query.cursor else { return Ok(None) };
    let (created_at, seq) = cursor::decode(text)?;
    Ok(Some(Cursor { created_at: Millis(created_at), seq }))
}

/// 404 when the tenant has no such conversation.
async fn read(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Message>, Problem> {
    let rows = message::before(conn, tenant, id, before, limit).await?;
    if rows.is_empty() {
        conversation::get(conn, tenant, id).await?.ok_or_else(Problem::not_found)?;
    }
    Ok(rows)
}
