use actix_web::{
    post,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_bots::unanswered;
use switchboard_store::{Resolution, Scope};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::CountBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct ResolveFields {
    /// 1 to 1,000 questions; those that are settled already, or gone, do not matter
    ids: Vec<Uuid>,
    /// `taught`: the bot knows it now; `dismissed`: it is not to know
    #[schema(value_type = String)]
    how: Resolution,
}

/// Settle questions that a bot could not answer
///
/// They are not listed any more, until they are opened again. Whoever asks the same from now on is listed.
#[utoipa::path(tag = "unanswered questions", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body = ResolveFields,
    responses((status = 200, description = "How many were settled by this", body = CountBody)))]
#[post("/api/bots/{id}/unanswered/resolve")]
pub(super) async fn resolve(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<ResolveFields>,
) -> Result<Json<CountBody>, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let now = state.clock.now();
    let count = unanswered::resolve(&mut tx.conn(), now, tenant, *bot_id, &body.ids, body.how).await?;
    tx.commit().await?;
    Ok(Json(CountBody { count }))
}
