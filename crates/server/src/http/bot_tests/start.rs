use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_bots::testing;
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::TestRunBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct RunFields {
    /// Run this one alone; left out or null: all
    test_id: Option<Uuid>,
}

/// Run the tests of a bot
///
/// All, or one, in the background, with the bot and the tests as they are now. Nothing is sent. The model is asked as it is
/// when a bot is tried out, and costs as much. The newest 20 runs are kept.
#[utoipa::path(tag = "bot tests", params(("id" = Uuid, Path, description = "The bot's id")), request_body = RunFields,
    responses(
        (status = 202, description = "The run", body = TestRunBody),
        (status = 409, description = "`run_under_way`: one is; `no_tests`: there are none", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/tests/run")]
pub(super) async fn start(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    Valid(body): Valid<RunFields>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let run = testing::start(&mut tx.conn(), state.clock.now(), tenant, *bot_id, body.test_id).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::BotTests);
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Accepted().json(TestRunBody::from(run)))
}
