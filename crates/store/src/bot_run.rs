//! What a bot is tried on in the background, a piece at a time: who is at it, and until when.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TenantId,
    db::{Row, Sql, execute, fetch, statements},
};

/// What a run consists of; each kind has a table, of which these columns are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunKind {
    /// The bot's tests.
    Tests,
    /// Conversations of the past.
    Replay,
}

/// A run that somebody works on.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct ClaimedRun {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    /// How often somebody has begun with it: whoever works on it holds the number.
    pub attempts: i64,
    /// Of these, those that were not given back.
    pub tries: i64,
}

macro_rules! due {
    ($table:literal) => {
        concat!("SELECT count(*) FROM ", $table, " WHERE state <> 'done' AND lease_until <= $1")
    };
}

// A tenant has one of a kind at a time: with many bots it would keep all others waiting.
macro_rules! claim {
    ($table:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET state = 'running', attempts = attempts + 1, tries = tries + 1, lease_until = $2,
               started_at = COALESCE(started_at, $1)
             WHERE (tenant_id, id) = (
                 SELECT r.tenant_id, r.id FROM ",
            $table,
            " AS r JOIN tenant AS t ON t.id = r.tenant_id
                 WHERE r.state <> 'done' AND r.lease_until <= $1 AND t.status = 'active' AND NOT EXISTS (
                   SELECT 1 FROM ",
            $table,
            " AS o
                   WHERE o.tenant_id = r.tenant_id AND o.state = 'running' AND o.lease_until > $1)
                 ORDER BY r.lease_until, r.id LIMIT 1)
               AND state <> 'done' AND lease_until <= $1
             RETURNING tenant_id, id, bot_id, attempts, tries"
        )
    };
}

macro_rules! keep {
    ($table:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET lease_until = $4
             WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'
               AND EXISTS (SELECT 1 FROM tenant AS t WHERE t.id = $1 AND t.status = 'active')"
        )
    };
}

macro_rules! give_back {
    ($table:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET lease_until = $4, tries = tries - 1
             WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'"
        )
    };
}

macro_rules! finish {
    ($table:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET state = 'done', finished_at = $4, lease_until = 0
             WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'"
        )
    };
}

macro_rules! delete_old {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE tenant_id = $1 AND bot_id = $2 AND state = 'done' AND id NOT IN (
               SELECT r.id FROM ",
            $table,
            " AS r WHERE r.tenant_id = $1 AND r.bot_id = $2 ORDER BY r.id DESC LIMIT $3)"
        )
    };
}

macro_rules! lapse_all {
    ($table:literal) => {
        concat!("UPDATE ", $table, " SET lease_until = 0 WHERE state <> 'done'")
    };
}

statements! {
    TESTS_DUE = { due!("bot_test_run") };
    TESTS_CLAIM = { claim!("bot_test_run") };
    TESTS_KEEP = { keep!("bot_test_run") };
    TESTS_GIVE_BACK = { give_back!("bot_test_run") };
    TESTS_FINISH = { finish!("bot_test_run") };
    TESTS_DELETE_OLD = { delete_old!("bot_test_run") };
    TESTS_LAPSE_ALL = { lapse_all!("bot_test_run") };
    REPLAY_DUE = { due!("bot_replay") };
    REPLAY_CLAIM = { claim!("bot_replay") };
    REPLAY_KEEP = { keep!("bot_replay") };
    REPLAY_GIVE_BACK = { give_back!("bot_replay") };
    REPLAY_FINISH = { finish!("bot_replay") };
    REPLAY_DELETE_OLD = { delete_old!("bot_replay") };
    REPLAY_LAPSE_ALL = { lapse_all!("bot_replay") };
}

impl RunKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Replay => "replay",
        }
    }

    const fn either(self, of_tests: Sql, of_replays: Sql) -> Sql {
        match self {
            Self::Tests => of_tests,
            Self::Replay => of_replays,
        }
    }
}

/// Whether one waits that nobody works on. Needs [`Scope::System`](crate::Scope::System), as the next.
pub async fn is_due(conn: &mut Conn<'_>, kind: RunKind, now: Millis) -> Result<bool> {
    let (count,) = fetch!(one, conn, kind.either(TESTS_DUE, REPLAY_DUE) => (i64,); now)?;
    Ok(count > 0)
}

/// Takes up the one that has waited longest.
pub async fn claim(conn: &mut Conn<'_>, kind: RunKind, now: Millis, lease_until: Millis) -> Result<Option<ClaimedRun>> {
    fetch!(optional, conn, kind.either(TESTS_CLAIM, REPLAY_CLAIM) => ClaimedRun; now, lease_until)
}

/// Nobody else takes it up before `until`. `false`: somebody has, it is over or gone, or its tenant has been suspended.
pub async fn keep(conn: &mut Conn<'_>, kind: RunKind, run: &ClaimedRun, until: Millis) -> Result<bool> {
    let rows = execute!(conn, kind.either(TESTS_KEEP, REPLAY_KEEP); run.tenant_id, run.id, run.attempts, until)?;
    Ok(rows == 1)
}

/// Somebody else goes on with it, from `now` on. Who gives it back has not failed at it.
pub async fn give_back(conn: &mut Conn<'_>, kind: RunKind, run: &ClaimedRun, now: Millis) -> Result<()> {
    execute!(conn, kind.either(TESTS_GIVE_BACK, REPLAY_GIVE_BACK); run.tenant_id, run.id, run.attempts, now)?;
    Ok(())
}

/// `false`: somebody else has taken it up, or it is over or gone.
pub async fn finish(conn: &mut Conn<'_>, kind: RunKind, run: &ClaimedRun, now: Millis) -> Result<bool> {
    let rows = execute!(conn, kind.either(TESTS_FINISH, REPLAY_FINISH); run.tenant_id, run.id, run.attempts, now)?;
    Ok(rows == 1)
}

/// Deletes all but the newest `keep` of a bot.
pub async fn delete_old(conn: &mut Conn<'_>, kind: RunKind, tenant: TenantId, bot: Uuid, keep: i64) -> Result<()> {
    execute!(conn, kind.either(TESTS_DELETE_OLD, REPLAY_DELETE_OLD); tenant, bot, keep)?;
    Ok(())
}

/// Lets every claim lapse. Only right when no other process can be at it: at the start on SQLite.
pub async fn lapse_all(conn: &mut Conn<'_>) -> Result<()> {
    execute!(conn, TESTS_LAPSE_ALL;)?;
    execute!(conn, REPLAY_LAPSE_ALL;)?;
    Ok(())
}
