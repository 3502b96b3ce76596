//! What a business expects of its bots, and what came of it in each run.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId, TestOutcome, TestRunState,
    bot_run::ClaimedRun,
    db::{Row, execute, expect_rows, fetch, statements},
    tool_call::Made,
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct BotTest {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    pub name: String,
    /// What a customer says, one after another.
    pub turns: Json<Vec<String>>,
    pub expected: Json<Expected>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// What must come of the last thing that a customer says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// All of this is in the answer.
    pub must_say: Vec<String>,
    /// None of this is.
    pub must_not_say: Vec<String>,
    /// The knowledge item it is answered from.
    pub knowledge_item_id: Option<Uuid>,
    /// Whether people are called; `None`: either will do.
    pub handoff: Option<bool>,
    /// What it uses, by the names that models know; all of it.
    #[serde(default)]
    pub must_call: Vec<String>,
    /// None of this.
    #[serde(default)]
    pub must_not_call: Vec<String>,
}

/// A run with what has come of it so far.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Run {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    pub state: TestRunState,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
    pub tests: i64,
    pub passed: i64,
    pub failed: i64,
    pub errors: i64,
    /// `None`: the model does not say, as the next two.
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
}

/// A test that a run has still to try.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Waiting {
    pub test_id: Uuid,
    pub turns: Json<Vec<String>>,
    pub expected: Json<Expected>,
}

/// What came of a test in a run, beside what came of it the time before.
#[derive(Debug, Clone, PartialEq, Row)]
pub struct TestResult {
    pub test_id: Uuid,
    pub name: String,
    pub turns: Json<Vec<String>>,
    /// `None`: it is to be run.
    pub outcome: Option<TestOutcome>,
    pub detail: Option<Json<Detail>>,
    pub took_ms: Option<i64>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
    /// In the newest earlier run that has it; `None`: none has.
    pub outcome_before: Option<TestOutcome>,
    pub cost_micros_before: Option<i64>,
}

/// What was said, found and missed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// Of the conversation, oldest first.
    pub lines: Vec<TestLine>,
    pub handed_over: bool,
    /// Why people were called, or why there is no answer.
    pub reason: Option<String>,
    /// What was expected and did not come.
    pub failures: Vec<Failure>,
    /// What was found for the last thing that the customer said, the best first.
    pub passages: Vec<TestPassage>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestLine {
    pub by_customer: bool,
    pub text: String,
    /// Of a customer's: what the bot did about it with its tools.
    #[serde(default)]
    pub calls: Vec<Made>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestPassage {
    pub item_id: Uuid,
    pub question: Option<String>,
    pub text: String,
    pub score: f32,
    pub confidence: f32,
    pub used: bool,
}

/// An expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Failure {
    NotSaid {
        text: String,
    },
    Said {
        text: String,
    },
    NotUsed {
        item_id: Uuid,
    },
    HandedOver,
    NotHandedOver,
    NotCalled {
        tool: String,
    },
    Called {
        tool: String,
    },
    /// It should have been called, and the bot has it no more, or may not use it.
    NoTool {
        tool: String,
    },
}

/// What is recorded of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub test_id: Uuid,
    pub outcome: TestOutcome,
    pub detail: Json<Detail>,
    pub took_ms: i64,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub cost_micros: Option<i64>,
}

macro_rules! runs {
    ($tail:literal) => {
        concat!(
            "SELECT r.tenant_id, r.id, r.bot_id, r.state, r.created_at, r.started_at, r.finished_at, count(x.test_id) AS tests,
               count(*) FILTER (WHERE x.outcome = 'passed') AS passed, count(*) FILTER (WHERE x.outcome = 'failed') AS failed,
               count(*) FILTER (WHERE x.outcome = 'error') AS errors,
               CAST(sum(x.prompt_tokens) AS BIGINT) AS prompt_tokens,
               CAST(sum(x.completion_tokens) AS BIGINT) AS completion_tokens,
               CAST(sum(x.cost_micros) AS BIGINT) AS cost_micros
             FROM bot_test_run AS r LEFT JOIN bot_test_result AS x ON x.tenant_id = r.tenant_id AND x.run_id = r.id
             WHERE r.tenant_id = $1 AND r.bot_id = $2 ",
            $tail
        )
    };
}

statements! {
    INSERT = "INSERT INTO bot_test (tenant_id, id, bot_id, name, turns, expected, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE bot_test SET name = $4, turns = $5, expected = $6, updated_at = $7
              WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    DELETE = "DELETE FROM bot_test WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    GET = "SELECT * FROM bot_test WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    LIST = "SELECT * FROM bot_test WHERE tenant_id = $1 AND bot_id = $2 AND id > $3 ORDER BY id LIMIT $4";
    COUNT = "SELECT count(*) FROM bot_test WHERE tenant_id = $1 AND bot_id = $2";

    INSERT_RUN = "INSERT INTO bot_test_run (tenant_id, id, bot_id, state, attempts, lease_until, created_at)
                  VALUES ($1, $2, $3, 'queued', 0, 0, $4)";
    TAKE_ALL = "INSERT INTO bot_test_result (tenant_id, run_id, test_id, name, turns, expected)
                SELECT tenant_id, $3, id, name, turns, expected FROM bot_test WHERE tenant_id = $1 AND bot_id = $2";
    TAKE_ONE = "INSERT INTO bot_test_result (tenant_id, run_id, test_id, name, turns, expected)
                SELECT tenant_id, $3, id, name, turns, expected FROM bot_test WHERE tenant_id = $1 AND bot_id = $2 AND id = $4";
    RUNS = { runs!("GROUP BY r.tenant_id, r.id ORDER BY r.id DESC LIMIT $3") };
    RUN = { runs!("AND r.id = $3 GROUP BY r.tenant_id, r.id") };
    RESULTS = "SELECT x.test_id, x.name, x.turns, x.outcome, x.detail, x.took_ms, x.prompt_tokens, x.completion_tokens,
                 x.cost_micros, b.outcome AS outcome_before, b.cost_micros AS cost_micros_before
               FROM bot_test_result AS x LEFT JOIN bot_test_result AS b
                 ON b.tenant_id = x.tenant_id AND b.test_id = x.test_id AND b.run_id = (
                   SELECT e.run_id FROM bot_test_result AS e
                   WHERE e.tenant_id = x.tenant_id AND e.test_id = x.test_id AND e.run_id < x.run_id
                   ORDER BY e.run_id DESC LIMIT 1)
               WHERE x.tenant_id = $1 AND x.run_id = $2 ORDER BY x.test_id";

    WAITING = "SELECT test_id, turns, expected FROM bot_test_result
               WHERE tenant_id = $1 AND run_id = $2 AND outcome IS NULL ORDER BY test_id";
    RECORD = "UPDATE bot_test_result SET outcome = $4, detail = $5, took_ms = $6, prompt_tokens = $7, completion_tokens = $8,
                cost_micros = $9
              WHERE tenant_id = $1 AND run_id = $2 AND test_id = $3 AND outcome IS NULL";
}

pub async fn insert(conn: &mut Conn<'_>, test: &BotTest) -> Result<()> {
    execute!(conn, INSERT; test.tenant_id, test.id, test.bot_id, &test.name, &test.turns, &test.expected, test.created_at,
        test.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, test: &BotTest) -> Result<()> {
    let rows = execute!(conn, UPDATE; test.tenant_id, test.bot_id, test.id, &test.name, &test.turns, &test.expected,
        test.updated_at)?;
    expect_rows("bot_test", 1, rows)
}

/// `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; tenant, bot, id)? == 1)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<BotTest>> {
    fetch!(optional, conn, GET => BotTest; tenant, bot, id)
}

/// A page of a bot's tests in the order they were made; `after` is the last id of the page before.
pub async fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<BotTest>> {
    fetch!(all, conn, LIST => BotTest; tenant, bot, after.unwrap_or(Uuid::nil()), limit)
}

pub async fn count(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<i64> {
    let (count,) = fetch!(one, conn, COUNT => (i64,); tenant, bot)?;
    Ok(count)
}

/// Asks for a run of all tests of a bot, or of one; how many those are.
/// [`Error::Duplicate`](crate::Error::Duplicate) while another is under way.
pub async fn insert_run(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
    only: Option<Uuid>,
    now: Millis,
) -> Result<u64> {
    execute!(conn, INSERT_RUN; tenant, id, bot, now)?;
    match only {
        Some(test) => execute!(conn, TAKE_ONE; tenant, bot, id, test),
        None => execute!(conn, TAKE_ALL; tenant, bot, id),
    }
}

/// The newest first.
pub async fn runs(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, limit: i64) -> Result<Vec<Run>> {
    fetch!(all, conn, RUNS => Run; tenant, bot, limit)
}

pub async fn run(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<Run>> {
    fetch!(optional, conn, RUN => Run; tenant, bot, id)
}

/// In the order in which the tests were made.
pub async fn results(conn: &mut Conn<'_>, tenant: TenantId, run: Uuid) -> Result<Vec<TestResult>> {
    fetch!(all, conn, RESULTS => TestResult; tenant, run)
}

pub async fn waiting(conn: &mut Conn<'_>, run: &ClaimedRun) -> Result<Vec<Waiting>> {
    fetch!(all, conn, WAITING => Waiting; run.tenant_id, run.id)
}

pub async fn record(conn: &mut Conn<'_>, run: &ClaimedRun, it: &Recorded) -> Result<()> {
    let rows = execute!(conn, RECORD; run.tenant_id, run.id, it.test_id, it.outcome, &it.detail, it.took_ms, it.prompt_tokens,
        it.completion_tokens, it.cost_micros)?;
    expect_rows("bot_test_result", 1, rows)
}
