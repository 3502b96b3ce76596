use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use serde::Deserialize;
use serde_json::json;
use switchboard_accounts::{Permission, audit};
use switchboard_bots::bot::{self, Settings};
use switchboard_store::Scope;
use utoipa::ToSchema;

use super::wire::{BotBody, BotPatch};
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct NewBot {
    /// 1 to 100 characters
    #[schema(example = "Counter")]
    name: String,
    #[serde(flatten)]
    rest: BotPatch,
}

/// Make a bot
///
/// What is left out begins with a good default. It answers on the numbers that are given to it.
#[utoipa::path(tag = "bots", request_body = NewBot, responses((status = 201, description = "The bot", body = BotBody)))]
#[post("/api/bots")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<NewBot>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let mut settings = Settings::default();
    body.rest.apply(&mut settings);
    settings.name = body.name;
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let bot = bot::create(&mut tx.conn(), now, &state.bots.models, principal.tenant, settings).await?;
    let (target, detail) = (Some(bot.id.to_string()), json!({ "name": bot.name }));
    audit::record(&mut tx.conn(), principal.into(), now, "bot.created", target, detail).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(BotBody::from(bot)))
}
