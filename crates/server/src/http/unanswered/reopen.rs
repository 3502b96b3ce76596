use actix_web::{
    post,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::unanswered;
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::{CountBody, QuestionsFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Open questions again that were settled
#[utoipa::path(tag = "unanswered questions", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body = QuestionsFields,
    responses((status = 200, description = "How many were opened by this", body = CountBody)))]
#[post("/api/bots/{id}/unanswered/reopen")]
pub(super) async fn reopen(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<QuestionsFields>,
) -> Result<Json<CountBody>, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let count = unanswered::reopen(&mut tx.conn(), tenant, *bot_id, &body.ids).await?;
    tx.commit().await?;
    Ok(Json(CountBody { count }))
}
