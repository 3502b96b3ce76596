use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_onboarding::By;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::NumberBody;
use crate::http::{AppState, Authenticated, Problem, body::present};

#[derive(Deserialize, ToSchema)]
struct NumberPatch {
    /// The bot that is to answer; null: people alone do
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    #[expect(clippy::option_option, reason = "left out, null and a value are three things")]
    bot_id: Option<Option<Uuid>>,
}

/// Choose the bot that serves a number
///
/// What is left out stays as it is.
#[utoipa::path(tag = "numbers", params(("id" = Uuid, Path, description = "The number's id")), request_body = NumberPatch,
    responses((status = 200, description = "The number as it is now", body = NumberBody)))]
#[patch("/api/numbers/{id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Json(body): Json<NumberPatch>,
) -> Result<Json<NumberBody>, Problem> {
    let principal = who.require(Permission::ManageNumbers)?;
    let by = By { actor: principal.actor, id: principal.actor_id() };
    let number = match body.bot_id {
        Some(bot) => state.onboarding.assign_bot(principal.tenant, by, *id, bot).await?,
        None => state.onboarding.number(principal.tenant, *id).await?,
    };
    Ok(Json(number.into()))
}
