//! What the operations of this area answer.

use serde::Serialize;
use switchboard_bots::testing::replay::{Answer, OldSource, Replay, ReplayedBurst};
use switchboard_store::{Author, Millis, ReplayOutcome, TestRunState};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{
    bots::{FoundPassageBody, MadeBody},
    conversations::PassageBody,
    usage::dollars,
};

/// A replay of conversations.
#[derive(Serialize, ToSchema)]
pub(super) struct ReplayBody {
    id: Uuid,
    /// `queued`, `running`, `done`, or `stopped`: by somebody, before it was through
    #[schema(example = "running")]
    state: &'static str,
    /// How many it is of
    conversations: i64,
    /// How often somebody was answered in them: so many results it has when it is through
    results: i64,
    /// How often somebody was answered in them beyond what a replay takes
    left_out: i64,
    /// Answered in the same words, however they are written, or left to people both times
    same: i64,
    /// Answered in other words
    differs: i64,
    /// Answered, where people answered
    now_answered: i64,
    /// Left to people, where a bot answered
    now_handed_over: i64,
    /// Those of which nothing is known, since the model gave no answer
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

impl From<Replay> for ReplayBody {
    fn from(replay: Replay) -> Self {
        Self {
            id: replay.id,
            state: match replay.state {
                TestRunState::Done if replay.stopped => "stopped",
                state => state.as_str(),
            },
            conversations: replay.conversations,
            results: replay.bursts,
            left_out: replay.left_out,
            same: replay.same,
            differs: replay.differs,
            now_answered: replay.now_answered,
            now_handed_over: replay.now_handed_over,
            errors: replay.errors,
            prompt_tokens: replay.prompt_tokens,
            completion_tokens: replay.completion_tokens,
            cost: replay.cost_micros.map(dollars),
            created_at: replay.created_at.to_rfc3339(),
            started_at: replay.started_at.map(Millis::to_rfc3339),
            finished_at: replay.finished_at.map(Millis::to_rfc3339),
        }
    }
}

/// What a customer said in one go, what they were told, and what they would be told now.
#[derive(Serialize, ToSchema)]
pub(super) struct ReplayResultBody {
    /// Its place in the replay
    position: i64,
    conversation_id: Uuid,
    /// The last message of what was said
    message_id: Uuid,
    /// The customer's name, or what else they are known by
    contact: Option<String>,
    /// RFC 3339: when the last message was said
    said_at: String,
    /// What the customer said, one message after another
    asked: Vec<String>,
    /// What was said to them, up to what they said next
    answers: Vec<ReplayAnswerBody>,
    /// Whether a bot called people then
    handed_over_then: bool,
    /// What the answer was written from then, the best first
    sources_then: Vec<PassageBody>,
    /// `same`, `differs`, `now_answered`, `now_handed_over` or `error`; null: it is to be thought about
    #[schema(value_type = Option<String>, example = "differs")]
    outcome: Option<ReplayOutcome>,
    /// What the customer would read now; null: nothing
    said: Option<String>,
    /// Whether people would be called now
    handed_over: bool,
    /// Why; or why there is no answer
    reason: Option<String>,
    /// What is found in the knowledge now, the best first
    passages: Vec<FoundPassageBody>,
    /// Whether it is answered from the knowledge both times, and not from the same of it
    other_sources: bool,
    /// What it does with its tools now, in their order. Nothing is changed
    calls: Vec<MadeBody>,
    /// Milliseconds
    took_ms: Option<i64>,
    /// Null: the model does not say
    prompt_tokens: Option<i64>,
    /// Null: the model does not say
    completion_tokens: Option<i64>,
    /// In US dollars; null: the model does not say
    cost: Option<f64>,
}

impl From<ReplayedBurst> for ReplayResultBody {
    fn from(burst: ReplayedBurst) -> Self {
        let past = burst.past.0;
        let present = burst.present.map(|present| present.0);
        let is = |holds: fn(&_) -> bool| present.as_ref().is_some_and(holds);
        let (handed_over, other_sources) = (is(|it| it.handed_over), is(|it| it.other_sources));
        let (said, reason, passages, sources_then, calls) = present
            .map(|it| {
                (Some(it.said).filter(|said| !said.is_empty()), it.reason, it.passages, it.sources_then, it.calls)
            })
            .unwrap_or_default();
        Self {
            position: burst.position,
            conversation_id: burst.conversation_id,
            message_id: burst.message_id,
            contact: burst.contact_name,
            said_at: burst.said_at.to_rfc3339(),
            asked: past.asked.into_iter().map(|asked| asked.text).collect(),
            handed_over_then: past.answers.iter().any(|answer| answer.author == Author::System),
            answers: past.answers.into_iter().map(Into::into).collect(),
            sources_then: sources_then.into_iter().map(Into::into).collect(),
            outcome: burst.outcome,
            said,
            handed_over,
            reason,
            passages: passages.into_iter().map(Into::into).collect(),
            other_sources,
            calls: calls.into_iter().map(Into::into).collect(),
            took_ms: burst.took_ms,
            prompt_tokens: burst.prompt_tokens,
            completion_tokens: burst.completion_tokens,
            cost: burst.cost_micros.map(dollars),
        }
    }
}

/// Something that was said to a customer.
#[derive(Serialize, ToSchema)]
struct ReplayAnswerBody {
    /// `ai`, `operator`, `phone` or `api`; `system`: what Switchboard said when people were called
    #[schema(value_type = String, example = "ai")]
    author: Author,
    text: String,
}

impl From<Answer> for ReplayAnswerBody {
    fn from(answer: Answer) -> Self {
        Self { author: answer.author, text: answer.text }
    }
}

impl From<OldSource> for PassageBody {
    fn from(source: OldSource) -> Self {
        Self { item_id: source.item_id, title: source.title, text: source.text }
    }
}
