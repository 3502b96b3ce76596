//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_bots::testing::{BotTest, Case, Failure, Run, TestLine, TestResult};
use switchboard_store::{Millis, TestOutcome, TestRunState};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{
    body::present,
    bots::{FoundPassageBody, MadeBody},
    usage::dollars,
};

/// A test of a bot.
#[derive(Serialize, ToSchema)]
pub(super) struct BotTestBody {
    id: Uuid,
    #[schema(example = "Opening hours")]
    name: String,
    /// What a customer says, one after another
    #[schema(example = json!(["Hello", "When do you open?"]))]
    turns: Vec<String>,
    /// All of this is in the answer, however it is written
    #[schema(example = json!(["seven"]))]
    must_say: Vec<String>,
    /// None of this is
    must_not_say: Vec<String>,
    /// What it must be answered from; null: whatever it knows
    knowledge_item_id: Option<Uuid>,
    /// Whether it must call people, or must not; null: either will do
    handoff: Option<bool>,
    /// All of these tools are called, by the names that models know. What is left out since it changes something, and what
    /// the customer would be asked about, counts
    #[schema(example = json!(["find_order"]))]
    must_call: Vec<String>,
    /// None of these is
    must_not_call: Vec<String>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

impl From<BotTest> for BotTestBody {
    fn from(test: BotTest) -> Self {
        let expected = test.expected.0;
        Self {
            id: test.id,
            name: test.name,
            turns: test.turns.0,
            must_say: expected.must_say,
            must_not_say: expected.must_not_say,
            knowledge_item_id: expected.knowledge_item_id,
            handoff: expected.handoff,
            must_call: expected.must_call,
            must_not_call: expected.must_not_call,
            created_at: test.created_at.to_rfc3339(),
            updated_at: test.updated_at.to_rfc3339(),
        }
    }
}

/// What can be set of a test.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
pub(super) struct BotTestFields {
    /// 1 to 100 characters
    name: Option<String>,
    /// 1 to 10 messages of 1 to 4,096 characters
    turns: Option<Vec<String>>,
    /// At most 10 texts of 1 to 500 characters
    must_say: Option<Vec<String>>,
    /// At most 10 texts of 1 to 500 characters
    must_not_say: Option<Vec<String>>,
    /// Something that the bot knows, or null
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    knowledge_item_id: Option<Option<Uuid>>,
    /// Null: either will do
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<bool>)]
    handoff: Option<Option<bool>>,
    /// At most 10: names of actions, `call_name`s of tools of MCP servers, or abilities
    must_call: Option<Vec<String>>,
    /// At most 10, as those that must be
    must_not_call: Option<Vec<String>>,
}

impl BotTestFields {
    pub(super) fn apply(self, case: &mut Case) {
        fn set<T>(field: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *field = new;
            }
        }
        set(&mut case.name, self.name);
        set(&mut case.turns, self.turns);
        set(&mut case.expected.must_say, self.must_say);
        set(&mut case.expected.must_not_say, self.must_not_say);
        set(&mut case.expected.knowledge_item_id, self.knowledge_item_id);
        set(&mut case.expected.handoff, self.handoff);
        set(&mut case.expected.must_call, self.must_call);
        set(&mut case.expected.must_not_call, self.must_not_call);
    }
}

/// A run of a bot's tests.
#[derive(Serialize, ToSchema)]
pub(super) struct TestRunBody {
    id: Uuid,
    /// `queued`, `running` or `done`
    #[schema(value_type = String, example = "running")]
    state: TestRunState,
    /// How many tests it has
    tests: i64,
    passed: i64,
    failed: i64,
    /// Tests of which nothing is known, since the model gave no answer
    errors: i64,
    /// Null: the model does not say
    prompt_tokens: Option<i64>,
    /// Null: the model does not say
    completion_tokens: Option<i64>,
    /// In US dollars; null: the model does not say
    cost: Option<f64>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    started_at: Option<String>,
    /// RFC 3339
    finished_at: Option<String>,
}

impl From<Run> for TestRunBody {
    fn from(run: Run) -> Self {
        Self {
            id: run.id,
            state: run.state,
            tests: run.tests,
            passed: run.passed,
            failed: run.failed,
            errors: run.errors,
            prompt_tokens: run.prompt_tokens,
            completion_tokens: run.completion_tokens,
            cost: run.cost_micros.map(dollars),
            created_at: run.created_at.to_rfc3339(),
            started_at: run.started_at.map(Millis::to_rfc3339),
            finished_at: run.finished_at.map(Millis::to_rfc3339),
        }
    }
}

/// A run with what came of each test.
#[derive(Serialize, ToSchema)]
pub(super) struct TestReportBody {
    run: TestRunBody,
    /// Failed, and passed the time before
    newly_failing: i64,
    /// Passed, and did not the time before
    newly_passing: i64,
    /// In US dollars, of the tests that cost something both times: how much more than the time before; null: there are none
    cost_difference: Option<f64>,
    /// In the order in which the tests were made
    results: Vec<TestResultBody>,
}

impl TestReportBody {
    pub(super) fn of(run: Run, results: Vec<TestResult>) -> Self {
        use TestOutcome::{Error, Failed, Passed};
        let changed = |now: TestOutcome, before: &[TestOutcome]| {
            let those = results.iter().filter(|it| {
                it.outcome == Some(now) && it.outcome_before.is_some_and(|outcome| before.contains(&outcome))
            });
            i64::try_from(those.count()).unwrap_or(i64::MAX)
        };
        let differences = results.iter().filter_map(|it| Some(it.cost_micros? - it.cost_micros_before?));
        Self {
            newly_failing: changed(Failed, &[Passed]),
            newly_passing: changed(Passed, &[Failed, Error]),
            cost_difference: differences.reduce(|sum, it| sum + it).map(dollars),
            run: run.into(),
            results: results.into_iter().map(Into::into).collect(),
        }
    }
}

/// What came of a test.
#[derive(Serialize, ToSchema)]
struct TestResultBody {
    test_id: Uuid,
    /// As it was then
    name: String,
    /// As they were then
    turns: Vec<String>,
    /// `passed`, `failed` or `error`; null: it is to be run
    #[schema(value_type = Option<String>, example = "passed")]
    outcome: Option<TestOutcome>,
    /// What came of it in the newest earlier run that has it; null: none has
    #[schema(value_type = Option<String>, example = "passed")]
    outcome_before: Option<TestOutcome>,
    /// What was expected and did not come
    failures: Vec<FailureBody>,
    /// What was said, the oldest first
    lines: Vec<TestLineBody>,
    /// Whether people would have been called
    handed_over: bool,
    /// Why; or why there is no answer
    reason: Option<String>,
    /// What was found in the knowledge for the last thing that was said, the best first
    passages: Vec<FoundPassageBody>,
    /// Milliseconds
    took_ms: Option<i64>,
    /// Null: the model does not say
    prompt_tokens: Option<i64>,
    /// Null: the model does not say
    completion_tokens: Option<i64>,
    /// In US dollars; null: the model does not say
    cost: Option<f64>,
}

impl From<TestResult> for TestResultBody {
    fn from(result: TestResult) -> Self {
        let detail = result.detail.map(|detail| detail.0);
        let (handed_over, reason) =
            detail.as_ref().map_or((false, None), |detail| (detail.handed_over, detail.reason.clone()));
        let (failures, lines, passages) =
            detail.map(|detail| (detail.failures, detail.lines, detail.passages)).unwrap_or_default();
        Self {
            test_id: result.test_id,
            name: result.name,
            turns: result.turns.0,
            outcome: result.outcome,
            outcome_before: result.outcome_before,
            failures: failures.into_iter().map(Into::into).collect(),
            lines: lines.into_iter().map(Into::into).collect(),
            handed_over,
            reason,
            passages: passages.into_iter().map(Into::into).collect(),
            took_ms: result.took_ms,
            prompt_tokens: result.prompt_tokens,
            completion_tokens: result.completion_tokens,
            cost: result.cost_micros.map(dollars),
        }
    }
}

/// An expectation that was not met.
#[derive(Serialize, ToSchema)]
struct FailureBody {
    /// `not_said`: `text` is missing; `said`: `text` should be; `not_used`: it was not answered from `item_id`;
    /// `handed_over`; `not_handed_over`; `not_called`: it did not use `tool`; `called`: it did; `no_tool`: it has no `tool` to
    /// use: it has been deleted or renamed, or is off
    #[schema(example = "not_said")]
    kind: &'static str,
    text: Option<String>,
    item_id: Option<Uuid>,
    tool: Option<String>,
}

impl From<Failure> for FailureBody {
    fn from(failure: Failure) -> Self {
        let of = |kind| Self { kind, text: None, item_id: None, tool: None };
        match failure {
            Failure::NotSaid { text } => Self { text: Some(text), ..of("not_said") },
            Failure::Said { text } => Self { text: Some(text), ..of("said") },
            Failure::NotUsed { item_id } => Self { item_id: Some(item_id), ..of("not_used") },
            Failure::HandedOver => of("handed_over"),
            Failure::NotHandedOver => of("not_handed_over"),
            Failure::NotCalled { tool } => Self { tool: Some(tool), ..of("not_called") },
            Failure::Called { tool } => Self { tool: Some(tool), ..of("called") },
            Failure::NoTool { tool } => Self { tool: Some(tool), ..of("no_tool") },
        }
    }
}

/// Something that was said.
#[derive(Serialize, ToSchema)]
struct TestLineBody {
    /// `customer` or `bot`
    #[schema(example = "customer")]
    author: &'static str,
    text: String,
    /// Of the customer's: what the bot did about it with its tools, in their order
    calls: Vec<MadeBody>,
}

impl From<TestLine> for TestLineBody {
    fn from(line: TestLine) -> Self {
        Self {
            author: if line.by_customer { "customer" } else { "bot" },
            text: line.text,
            calls: line.calls.into_iter().map(Into::into).collect(),
        }
    }
}
