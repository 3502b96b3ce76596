use actix_web::{
    get,
    web::{Data, Json, Query},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_store::{
    Control, Millis, Scope,
    conversation::{self, Cursor, Filter, View},
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
    /// `open`, `mine`, `unassigned` (with people, and nobody's), `ai`, `human`, `waiting` (for a person), `failed`,
    /// `snoozed`, `resolved`, or `mentions` (notes name you); all, unless given
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    view: Option<ListView>,
    /// Only what is assigned to this person and open; goes before `view`
    #[garde(skip)]
    assignee_id: Option<Uuid>,
    /// Only with this label
    #[garde(skip)]
    label_id: Option<Uuid>,
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

/// A view, as the address has it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum ListView {
    Open,
    Mine,
    Unassigned,
    Ai,
    Human,
    Waiting,
    Failed,
    Snoozed,
    Resolved,
    Mentions,
}

impl ListQuery {
    /// `me`: whose are mine; a program has none.
    fn filter(&self, me: Option<Uuid>) -> Filter {
        let me = me.unwrap_or(Uuid::nil());
        let view = match self.view {
            _ if self.assignee_id.is_some() => View::Assigned(self.assignee_id.unwrap_or(me)),
            None => View::All,
            Some(ListView::Open) => View::Open,
            Some(ListView::Mine) => View::Assigned(me),
            Some(ListView::Unassigned) => View::Unassigned,
            Some(ListView::Ai) => View::Control(Control::Ai),
            Some(ListView::Human) => View::Control(Control::Human),
            Some(ListView::Waiting) => View::Waiting,
            Some(ListView::Failed) => View::Failed,
            Some(ListView::Snoozed) => View::Snoozed,
            Some(ListView::Resolved) => View::Resolved,
            Some(ListView::Mentions) => View::Mentioned(me),
        };
        Filter {
            view,
            label: self.label_id,
            control: self.control,
            number_id: self.number_id,
            needs_person: self.needs_person,
        }
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
    let principal = who.require(Permission::ViewConversations)?;
    let tenant = principal.tenant;
    query.validate()?;
    let (after, limit) = (query.after()?, i64::from(query.limit.unwrap_or(DEFAULT_LIMIT)));
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let rows = conversation::list(&mut tx.conn(), tenant, query.filter(principal.person), after, limit + 1).await?;
    let place = |row: &conversation::Overview| cursor::encode(row.conversation.last_message_at.0, row.conversation.id);
    let Page { items, next_cursor } = Page::from_rows(rows, limit, place, |row| row);
    let items = ConversationBody::all(&mut tx.conn(), state.clock.now(), principal, items).await?;
    Ok(Json(Page { items, next_cursor }))
}
