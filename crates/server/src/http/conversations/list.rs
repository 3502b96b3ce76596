use actix_web::{
    get,
    web::{Data, Json, Query},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_store::{
    Control, Millis, Scope,
    conversation::{self, Cursor, Filter},
};
use uuid::Uuid;

use super::wire::ConversationBody;
use crate::http::{AppState, Authenticated, Page, Problem, cursor};

/// Conversations of a page, unless asked otherwise.
const DEFAULT_LIMIT: u16 = 30;

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `next_cursor` of the page before
    #[garde(skip)]
    cursor: Option<String>,
    /// Items in a page: 1 to 100, 30 unless given
    #[garde(inner(range(min = 1, max = 100)))]
    limit: Option<u16>,
    /// Only where `ai` or `human` is in control
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    control: Option<Control>,
    /// Only on this number
    #[garde(skip)]
    number_id: Option<Uuid>,
    /// Only those that a person has to look at, or only the others
    #[garde(skip)]
    needs_person: Option<bool>,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        Filter { control: self.control, number_id: self.number_id, needs_person: self.needs_person }
    }

    fn after(&self) -> Result<Option<Cursor>, Problem> {
        let Some(text) = &self.cursor else { return Ok(None) };
        let (last_message_at, id) = cursor::decode(text)?;
        Ok(Some(Cursor { last_message_at: Millis(last_message_at), id }))
    }
}

/// List conversations
///
/// The one with the newest message first.
#[utoipa::path(tag = "conversations", params(ListQuery),
    responses((status = 200, description = "A page of conversations", body = Page<ConversationBody>)))]
#[get("/api/conversations")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<ListQuery>,
) -> Result<Json<Page<ConversationBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    query.validate()?;
    let (after, limit) = (query.after()?, i64::from(query.limit.unwrap_or(DEFAULT_LIMIT)));
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let rows = conversation::list(&mut tx.conn(), tenant, query.filter(), after, limit + 1).await?;
    let now = state.clock.now();
    let place = |row: &conversation::Overview| cursor::encode(row.conversation.last_message_at.0, row.conversation.id);
    Ok(Json(Page::from_rows(rows, limit, place, |row| ConversationBody::new(row, now))))
}
