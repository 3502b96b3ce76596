use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use serde::Serialize;
use serde_json::Value;
use switchboard_accounts::Permission;
use switchboard_store::{
    Scope, ToolCallState, conversation,
    tool_call::{self, ToolCall},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Page, PageQuery, Problem, cursor};

/// What a bot did with a tool, or wanted to do.
#[derive(Serialize, ToSchema)]
struct ToolCallBody {
    id: Uuid,
    bot_id: Uuid,
    /// Null: one of the abilities of every bot
    tool_id: Option<Uuid>,
    #[schema(example = "find_order")]
    name: String,
    #[schema(value_type = Object, example = json!({"order": "A-1042"}))]
    arguments: Value,
    /// `waiting`: the customer is asked; `running`; `done`; `failed`; `declined`: the customer did not agree; `unknown`: it was
    /// begun, and nobody knows what became of it
    #[schema(value_type = String, example = "done")]
    state: ToolCallState,
    /// What the model read of it
    result: Option<String>,
    /// HTTP's, where there was an answer
    #[schema(example = 200)]
    status: Option<i64>,
    /// Milliseconds
    took_ms: Option<i64>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

impl From<ToolCall> for ToolCallBody {
    fn from(call: ToolCall) -> Self {
        Self {
            id: call.id,
            bot_id: call.bot_id,
            tool_id: call.tool_id,
            name: call.name,
            arguments: call.arguments.0,
            state: call.state,
            result: call.result,
            status: call.status,
            took_ms: call.took_ms,
            created_at: call.created_at.to_rfc3339(),
            updated_at: call.updated_at.to_rfc3339(),
        }
    }
}

/// List what the bot did with its tools in a conversation
///
/// The newest page comes first, each with its oldest call first, as messages do.
#[utoipa::path(tag = "conversations", params(("id" = Uuid, Path, description = "The conversation's id"), PageQuery),
    responses((status = 200, description = "A page of calls", body = Page<ToolCallBody>)))]
#[get("/api/conversations/{id}/tool-calls")]
pub(super) async fn tool_calls(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<Json<Page<ToolCallBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(cursor::decode::<i64, Uuid>).transpose()?.map(|(_, id)| id);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let rows = tool_call::before(conn, tenant, *id, before, limit + 1).await?;
    if rows.is_empty() {
        conversation::get(conn, tenant, *id).await?.ok_or_else(Problem::not_found)?;
    }
    let place = |call: &ToolCall| cursor::encode(call.created_at.0, call.id);
    let mut page = Page::from_rows(rows, limit, place, ToolCallBody::from);
    page.items.reverse();
    Ok(Json(page))
}
