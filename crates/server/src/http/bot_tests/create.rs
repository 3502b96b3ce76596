use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use switchboard_accounts::Permission;
use switchboard_bots::testing::{self, Case};
use switchboard_store::Scope;
use uuid::Uuid;

use super::wire::{BotTestBody, BotTestFields};
use crate::http::{AppState, Authenticated, Problem, Valid};

/// Write a test for a bot
///
/// A name, what a customer says, and at least one thing that must come of it. What is expected concerns what the bot does
/// about the last thing that the customer says; once it calls people, it says nothing more.
#[utoipa::path(tag = "bot tests", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body = BotTestFields, responses(
        (status = 201, description = "The test", body = BotTestBody),
        (status = 409, description = "`too_many`: a bot has at most 200", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/tests")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<BotTestFields>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let mut case = Case::default();
    body.apply(&mut case);
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let test = testing::add(&mut tx.conn(), state.clock.now(), tenant, *bot_id, case).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(BotTestBody::from(test)))
}
