use actix_web::{
    post,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_accounts::Permission;
use switchboard_bots::tools::{Facts, Tried};
use switchboard_store::{Scope, bot, tool};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ToolFields;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct TryToolFields {
    /// The action as it would be
    tool: ToolFields,
    /// The tool that it would change, whose stored headers may be kept; null: a new one
    id: Option<Uuid>,
    /// What a model would fill in
    #[schema(value_type = Object, example = json!({"order": "A-1042"}))]
    inputs: Map<String, Value>,
    /// Of a customer, for what is sent along: digits
    phone: Option<String>,
    /// As `phone`
    given_phone: Option<String>,
    /// As `phone`
    name: Option<String>,
}

/// What a request came to.
#[derive(Serialize, ToSchema)]
struct TriedToolBody {
    ok: bool,
    /// What a model would read
    text: String,
    /// Null: there was no answer
    status: Option<u16>,
    /// Milliseconds
    took_ms: u64,
}

impl From<Tried> for TriedToolBody {
    fn from(tried: Tried) -> Self {
        let took_ms = u64::try_from(tried.took.as_millis()).unwrap_or(u64::MAX);
        Self { ok: tried.ok, text: tried.text, status: tried.status, took_ms }
    }
}

/// Try an action out
///
/// Makes the request, once. Nothing is stored here; what the server does with it is the server's.
#[utoipa::path(tag = "tools", params(("id" = Uuid, Path, description = "The bot's id")), request_body = TryToolFields,
    responses((status = 200, description = "What came of it", body = TriedToolBody)))]
#[post("/api/bots/{id}/tools/try")]
pub(super) async fn try_out(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<TryToolFields>,
) -> Result<Json<TriedToolBody>, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let TryToolFields { tool, id, inputs, phone, given_phone, name } = body;
    let (tools, draft) = (&state.bots.tools, tool.into_draft()?);
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    bot::get(conn, tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    let stored = match id {
        Some(id) => Some(tool::get(conn, tenant, *bot_id, id).await?.ok_or_else(Problem::not_found)?),
        None => None,
    };
    let headers = tools.changed_headers(conn, stored.as_ref(), &draft).await?;
    drop(tx);
    let facts = Facts { phone, given_phone, name, ..Facts::default() };
    Ok(Json(tools.try_out(&draft, &headers, &inputs, &facts).await?.into()))
}
