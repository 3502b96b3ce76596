//! What a bot would say today to what customers said once, beside what they were told then.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Author, Conn, Json, Millis, ReplayOutcome, Result, TenantId, TestRunState,
    bot_run::ClaimedRun,
    bot_test::TestPassage,
    db::{Row, execute, expect_rows, fetch, statements},
    tool_call::Made,
};

/// A replay with what has come of it so far.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Replay {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    pub state: TestRunState,
    /// Somebody has ended it before it was through.
    pub stopped: bool,
    /// Bursts that were answered and are not in it, since it takes only so many.
    pub left_out: i64,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
    pub conversations: i64,
    pub bursts: i64,
    pub same: i64,
    pub differs: i64,
    pub now_answered: i64,
    pub now_handed_over: i64,
    pub errors: i64,
    /// `None`: the model does not say, as the next two.
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
}

/// What a customer said in one go, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    pub asked: Vec<Asked>,
    pub answers: Vec<Answer>,
}

/// A message of the customer, as a model reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub message_id: Uuid,
    pub text: String,
}

/// What was said to them. Of the author `system`: that people go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub message_id: Uuid,
    pub author: Author,
    pub text: String,
}

/// What would come of it today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Present {
    /// What the customer would read; empty: nothing.
    pub said: String,
    pub handed_over: bool,
    /// Why people would be called, or why there is no answer.
    pub reason: Option<String>,
    /// What is found in the knowledge, the best first.
    pub passages: Vec<TestPassage>,
    /// What it was answered from then, the best first.
    pub sources_then: Vec<OldSource>,
    /// Both times it is answered from the knowledge, and not from the same.
    pub other_sources: bool,
    /// What it does with its tools.
    #[serde(default)]
    pub calls: Vec<Made>,
}

/// A passage as it read then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldSource {
    pub item_id: Uuid,
    pub title: Option<String>,
    pub text: String,
}

/// A burst that is to be thought about, and where it is now: conversations may have become one since.
#[derive(Debug, Clone, PartialEq, Row)]
pub struct WaitingBurst {
    pub position: i64,
    pub past: Json<Past>,
    pub conversation_id: Uuid,
    pub created_at: Millis,
    pub seq: i64,
}

/// What is recorded of a burst.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedBurst {
    pub position: i64,
    pub outcome: ReplayOutcome,
    pub present: Json<Present>,
    pub took_ms: i64,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
}

/// A burst with what came of it then and now.
#[derive(Debug, Clone, PartialEq, Row)]
pub struct ReplayedBurst {
    pub position: i64,
    pub message_id: Uuid,
    pub conversation_id: Uuid,
    pub contact_name: Option<String>,
    /// When its last message was said.
    pub said_at: Millis,
    pub past: Json<Past>,
    /// `None`: it is to be thought about.
    pub outcome: Option<ReplayOutcome>,
    pub present: Option<Json<Present>>,
    pub took_ms: Option<i64>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
}

/// Which bursts are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFilter {
    All,
    /// Whatever is not as it was.
    Changed,
    Only(ReplayOutcome),
}

impl ReplayFilter {
    const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Changed => "changed",
            Self::Only(outcome) => outcome.as_str(),
        }
    }
}

/// Which conversations are replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// Messages of before do not count, nor those of `until` and later.
    pub since: Millis,
    pub until: Millis,
    pub limit: i64,
}

/// An answer's place in a batch.
#[derive(Serialize)]
struct NewBurst<'a> {
    position: i64,
    message_id: Uuid,
    past: &'a Past,
}

macro_rules! replays {
    ($tail:literal) => {
        concat!(
            "SELECT r.tenant_id, r.id, r.bot_id, r.state, r.stopped, r.left_out, r.created_at, r.started_at, r.finished_at,
               count(DISTINCT m.conversation_id) AS conversations, count(x.position) AS bursts,
               count(*) FILTER (WHERE x.outcome = 'same') AS same, count(*) FILTER (WHERE x.outcome = 'differs') AS differs,
               count(*) FILTER (WHERE x.outcome = 'now_answered') AS now_answered,
               count(*) FILTER (WHERE x.outcome = 'now_handed_over') AS now_handed_over,
               count(*) FILTER (WHERE x.outcome = 'error') AS errors,
               CAST(sum(x.prompt_tokens) AS BIGINT) AS prompt_tokens,
               CAST(sum(x.completion_tokens) AS BIGINT) AS completion_tokens,
               CAST(sum(x.cost_micros) AS BIGINT) AS cost_micros
             FROM bot_replay AS r LEFT JOIN bot_replay_burst AS x ON x.tenant_id = r.tenant_id AND x.replay_id = r.id
               LEFT JOIN message AS m ON m.tenant_id = x.tenant_id AND m.id = x.message_id
             WHERE r.tenant_id = $1 AND r.bot_id = $2 ",
            $tail
        )
    };
}

statements! {
    INSERT = "INSERT INTO bot_replay (tenant_id, id, bot_id, state, stopped, left_out, attempts, lease_until, created_at)
              VALUES ($1, $2, $3, 'queued', false, $4, 0, 0, $5)";
    INSERT_BURSTS = {
        sqlite: "INSERT INTO bot_replay_burst (tenant_id, replay_id, position, message_id, past)
                 SELECT $1, $2, value->>'position', unhex(value->>'message_id', '-'), value->'past' FROM jsonb_each($3)",
        postgres: "INSERT INTO bot_replay_burst (tenant_id, replay_id, position, message_id, past)
                 SELECT $1, $2, x.position, x.message_id, x.past
                 FROM jsonb_to_recordset($3) AS x (position bigint, message_id uuid, past jsonb)",
    };
    LIST = { replays!("GROUP BY r.tenant_id, r.id ORDER BY r.id DESC LIMIT $3") };
    GET = { replays!("AND r.id = $3 GROUP BY r.tenant_id, r.id") };
    STOP = "UPDATE bot_replay SET state = 'done', stopped = true, finished_at = $4, lease_until = 0
            WHERE tenant_id = $1 AND bot_id = $2 AND id = $3 AND state <> 'done'";
    DELETE = "DELETE FROM bot_replay WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    BURSTS = "SELECT x.position, x.message_id, m.conversation_id,
                COALESCE(k.own_name, k.name, k.username, k.phone) AS contact_name, m.created_at AS said_at, x.past, x.outcome,
                x.present, x.took_ms, x.prompt_tokens, x.completion_tokens, x.cost_micros
              FROM bot_replay_burst AS x
                JOIN message AS m ON m.tenant_id = x.tenant_id AND m.id = x.message_id
                JOIN conversation AS c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
                JOIN contact AS k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
              WHERE x.tenant_id = $1 AND x.replay_id = $2 AND x.position > $3 AND ($4 = 'all' OR x.outcome = $4
                OR ($4 = 'changed' AND x.outcome IN ('differs', 'now_answered', 'now_handed_over')))
              ORDER BY x.position LIMIT $5";
    WAITING = "SELECT x.position, x.past, m.conversation_id, m.created_at, m.seq
               FROM bot_replay_burst AS x JOIN message AS m ON m.tenant_id = x.tenant_id AND m.id = x.message_id
               WHERE x.tenant_id = $1 AND x.replay_id = $2 AND x.outcome IS NULL ORDER BY x.position";
    RECORD = "UPDATE bot_replay_burst SET outcome = $4, present = $5, took_ms = $6, prompt_tokens = $7, completion_tokens = $8,
                cost_micros = $9
              WHERE tenant_id = $1 AND replay_id = $2 AND position = $3 AND outcome IS NULL";

    // Of the newest only: where few are answered by a bot, a business with a great many would be read from end to end.
    ANSWERED = "SELECT c.id FROM (
                  SELECT c.id, c.last_message_at FROM conversation AS c
                    JOIN number AS n ON n.tenant_id = c.tenant_id AND n.id = c.number_id
                  WHERE c.tenant_id = $1 AND n.bot_id = $2 AND c.last_message_at >= $3
                  ORDER BY c.last_message_at DESC, c.id DESC LIMIT 5000) AS c
                WHERE EXISTS (SELECT 1 FROM message AS m WHERE m.tenant_id = $1 AND m.conversation_id = c.id
                  AND m.created_at >= $3 AND m.created_at < $4 AND m.author IN ('ai', 'system'))
                ORDER BY c.last_message_at DESC, c.id DESC LIMIT $5";
    CHOSEN = {
        sqlite: "SELECT c.id FROM jsonb_each($2) AS x JOIN conversation AS c ON c.tenant_id = $1 AND c.id = unhex(x.value, '-')
                 ORDER BY c.last_message_at DESC, c.id DESC",
        postgres: "SELECT c.id FROM jsonb_array_elements_text($2) AS x (id)
                   JOIN conversation AS c ON c.tenant_id = $1 AND c.id = x.id::uuid
                   ORDER BY c.last_message_at DESC, c.id DESC",
    };
}

/// The newest conversations in which a bot answered or called people, on the numbers that it serves, the newest first. Of
/// the newest 5,000.
pub async fn answered(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, which: Answered) -> Result<Vec<Uuid>> {
    let ids = fetch!(all, conn, ANSWERED => (Uuid,); tenant, bot, which.since, which.until, which.limit)?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Those of these conversations that the tenant has, the newest first.
pub async fn chosen(conn: &mut Conn<'_>, tenant: TenantId, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let ids = fetch!(all, conn, CHOSEN => (Uuid,); tenant, Json(ids))?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Asks for a replay of these bursts, of which none is empty. [`Error::Duplicate`](crate::Error::Duplicate) while another is
/// under way.
pub async fn insert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
    bursts: &[Past],
    left_out: i64,
    now: Millis,
) -> Result<()> {
    execute!(conn, INSERT; tenant, id, bot, left_out, now)?;
    let new: Vec<_> = (0..)
        .zip(bursts)
        .filter_map(|(position, past)| Some(NewBurst { position, message_id: past.asked.last()?.message_id, past }))
        .collect();
    let rows = execute!(conn, INSERT_BURSTS; tenant, id, Json(&new))?;
    expect_rows("bot_replay_burst", bursts.len() as u64, rows)
}

/// The newest first.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, limit: i64) -> Result<Vec<Replay>> {
    fetch!(all, conn, LIST => Replay; tenant, bot, limit)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<Replay>> {
    fetch!(optional, conn, GET => Replay; tenant, bot, id)
}

/// `false`: it is over, or gone.
pub async fn stop(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, STOP; tenant, bot, id, now)? == 1)
}

/// `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; tenant, bot, id)? == 1)
}

/// A page of a replay; `after` is the last position of the page before.
pub async fn bursts(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    replay: Uuid,
    filter: ReplayFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ReplayedBurst>> {
    fetch!(all, conn, BURSTS => ReplayedBurst; tenant, replay, after.unwrap_or(-1), filter.as_str(), limit)
}

pub async fn waiting(conn: &mut Conn<'_>, run: &ClaimedRun) -> Result<Vec<WaitingBurst>> {
    fetch!(all, conn, WAITING => WaitingBurst; run.tenant_id, run.id)
}

/// What a customer has said may have gone meanwhile, and what is known of it with it.
pub async fn record(conn: &mut Conn<'_>, run: &ClaimedRun, it: &RecordedBurst) -> Result<()> {
    execute!(conn, RECORD; run.tenant_id, run.id, it.position, it.outcome, &it.present, it.took_ms, it.prompt_tokens,
        it.completion_tokens, it.cost_micros)?;
    Ok(())
}
