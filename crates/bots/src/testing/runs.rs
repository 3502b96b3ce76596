//! Runs of tests, as they are asked for.

use switchboard_store::{
    Conn, Error, Millis, TenantId, bot,
    bot_run::{self, RunKind},
    bot_test::{self, Run},
    new_id,
};
use uuid::Uuid;

use super::{TestError, news};

/// Of each bot, the newest.
pub const RUNS_KEPT: i64 = 20;

/// Asks for a run of all tests of a bot, or of one. It is worked on in the background, with the tests as they are now.
pub async fn start(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    only: Option<Uuid>,
) -> Result<Run, TestError> {
    bot::get(conn, tenant, bot).await?.ok_or(TestError::NotFound)?;
    let id = new_id(now);
    let tests = bot_test::insert_run(conn, tenant, bot, id, only, now).await.map_err(|error| match error {
        Error::Duplicate { .. } => TestError::UnderWay,
        error => error.into(),
    })?;
    match (tests, only) {
        (0, Some(_)) => return Err(TestError::NotFound),
        (0, None) => return Err(TestError::NoTests),
        _ => {}
    }
    bot_run::delete_old(conn, RunKind::Tests, tenant, bot, RUNS_KEPT).await?;
    news::tell(conn, now, RunKind::Tests, tenant, bot, id).await?;
    bot_test::run(conn, tenant, bot, id).await?.ok_or(TestError::NotFound)
}
