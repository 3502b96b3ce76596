use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::{Permission, Principal};
use switchboard_store::{
    Conn, Millis, Scope, TenantId, conversation,
    message::{self, Cursor, Message},
};
use uuid::Uuid;

use super::wire::{MessageBody, ThreadBody};
use crate::http::{AppState, Authenticated, Problem, cursor};

/// Messages of a page, unless asked otherwise.
const DEFAULT_LIMIT: u16 = 50;

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ThreadQuery {
    /// `next_cursor` of a page: what was said before it
    #[garde(skip)]
    cursor: Option<String>,
    /// `newer_cursor` of a page: what was said after it
    #[garde(skip)]
    after: Option<String>,
    /// A message's id: what was said around it
    #[garde(skip)]
    around: Option<Uuid>,
    /// Items in a page: 1 to 200, 50 unless given
    #[garde(inner(range(min = 1, max = 200)))]
    limit: Option<u16>,
}

/// Read a thread
///
/// The newest page comes first, each with its oldest message first; `next_cursor` leads to what was said before.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id"), ThreadQuery),
    responses((status = 200, description = "A page of messages", body = ThreadBody)))]
#[get("/api/conversations/{id}/messages")]
pub(super) async fn messages(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    query: Query<ThreadQuery>,
) -> Result<Json<ThreadBody>, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    query.validate()?;
    let limit = usize::from(query.limit.unwrap_or(DEFAULT_LIMIT));
    let (before, after) = (place(query.cursor.as_deref())?, place(query.after.as_deref())?);
    let mut tx = state.db.read(Scope::Tenant(principal.tenant)).await?;
    let thread = Thread { principal, tenant: principal.tenant, id: *id };
    let page = match (query.around, after) {
        (Some(message), _) => thread.around(&mut tx.conn(), message, limit).await?,
        (None, Some(after)) => thread.after(&mut tx.conn(), after, limit).await?,
        (None, None) => thread.before(&mut tx.conn(), before, limit).await?,
    };
    Ok(Json(page))
}

fn place(text: Option<&str>) -> Result<Option<Cursor>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let (created_at, seq) = cursor::decode(text)?;
    Ok(Some(Cursor { created_at: Millis(created_at), seq }))
}

fn place_of(message: &Message) -> Cursor {
    Cursor { created_at: message.created_at, seq: message.seq }
}

fn encoded(message: &Message) -> String {
    cursor::encode(message.created_at.0, message.seq)
}

struct Thread<'a> {
    /// Who asks.
    principal: &'a Principal,
    tenant: TenantId,
    id: Uuid,
}

impl Thread<'_> {
    /// 404 when the tenant has no such conversation.
    async fn before(&self, conn: &mut Conn<'_>, before: Option<Cursor>, limit: usize) -> Result<ThreadBody, Problem> {
        let (rows, next_cursor) = self.older(conn, before, limit).await?;
        if rows.is_empty() {
            conversation::get(conn, self.tenant, self.id).await?.ok_or_else(Problem::not_found)?;
        }
        let items = MessageBody::of(conn, self.principal, rows).await?;
        Ok(ThreadBody { items, next_cursor, newer_cursor: None })
    }

    async fn after(&self, conn: &mut Conn<'_>, after: Cursor, limit: usize) -> Result<ThreadBody, Problem> {
        let (rows, newer_cursor) = self.newer(conn, after, limit).await?;
        // What came before is on the page one comes from.
        let items = MessageBody::of(conn, self.principal, rows).await?;
        Ok(ThreadBody { items, next_cursor: None, newer_cursor })
    }

    /// Half of the page before the message, half from it on.
    async fn around(&self, conn: &mut Conn<'_>, id: Uuid, limit: usize) -> Result<ThreadBody, Problem> {
        let message = message::get(conn, self.tenant, self.id, id).await?.ok_or_else(Problem::not_found)?;
        let place = place_of(&message);
        let (before, next_cursor) = self.older(conn, Some(place), limit / 2).await?;
        let (after, newer_cursor) = self.newer(conn, place, limit - limit / 2).await?;
        let rows = before.into_iter().chain(std::iter::once(message)).chain(after).collect();
        let items = MessageBody::of(conn, self.principal, rows).await?;
        Ok(ThreadBody { items, next_cursor, newer_cursor })
    }

    /// What was said before a place, the oldest first, and where it goes on.
    async fn older(
        &self,
        conn: &mut Conn<'_>,
        before: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Message>, Option<String>), Problem> {
        let asked = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut rows = message::before(conn, self.tenant, self.id, before, asked).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(encoded);
        rows.reverse();
        Ok((rows, next))
    }

    /// What was said after a place, the oldest first, and where it goes on.
    async fn newer(
        &self,
        conn: &mut Conn<'_>,
        after: Cursor,
        limit: usize,
    ) -> Result<(Vec<Message>, Option<String>), Problem> {
        let asked = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut rows = message::after(conn, self.tenant, self.id, after, asked).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(encoded);
        Ok((rows, next))
    }
}
