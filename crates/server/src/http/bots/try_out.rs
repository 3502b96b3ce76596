use actix_web::{
    post,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_accounts::Permission;
use switchboard_bots::playground::{self, Attempt, Found, Line, Tried};
use switchboard_inbox::turns::Conclusion;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{BotPatch, FoundPassageBody, MadeBody};
use crate::http::{AppState, Authenticated, Problem, Valid, usage::dollars};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct TryFields {
    /// What the customer says: 1 to 4,096 characters
    #[garde(length(chars, max = 4096), custom(says_something))]
    #[schema(example = "What time do you open?")]
    message: String,
    /// What was said before, the oldest first: at most 100 lines
    #[serde(default)]
    #[garde(length(max = 100), dive)]
    history: Vec<LineFields>,
    /// Settings to try without saving them; what is left out is as it is saved
    settings: Option<BotPatch>,
}

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct LineFields {
    /// `customer` or `bot`
    #[schema(value_type = String, example = "customer")]
    author: LineAuthor,
    /// Up to 4,096 characters
    #[garde(length(chars, max = 4096))]
    text: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum LineAuthor {
    Customer,
    Bot,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as garde calls it")]
fn says_something(text: &str, _: &()) -> garde::Result {
    if text.trim().is_empty() { Err(garde::Error::new("says nothing")) } else { Ok(()) }
}

/// What the bot would do.
#[derive(Serialize, ToSchema)]
struct TriedBody {
    /// `answer`; `handoff`: people would go on; `failed`: the model gave no answer, and would be asked again
    #[schema(value_type = String, example = "answer")]
    outcome: &'static str,
    /// What the customer would read, in the parts it would be sent in; also what is said on a handoff
    texts: Vec<String>,
    /// Why people would go on, as the team reads it; why there is no answer
    reason: Option<String>,
    /// The customer's, an ISO 639-1 code; null: it cannot be told
    #[schema(example = "en")]
    language: Option<String>,
    /// What was found in the knowledge, the best first
    passages: Vec<FoundPassageBody>,
    /// What it did with its tools, in their order
    calls: Vec<MadeBody>,
    /// Null: there is none, and stored answers are given word for word
    model: Option<String>,
    /// From 0 to 1: how sure the model is of its answer; null: it does not say
    confidence: Option<f32>,
    /// Null: the model does not say
    prompt_tokens: Option<i64>,
    /// Null: the model does not say
    completion_tokens: Option<i64>,
    /// In US dollars; null: the model does not say
    cost: Option<f64>,
    /// Milliseconds
    took_ms: u64,
}

impl From<Tried> for TriedBody {
    fn from(tried: Tried) -> Self {
        let (outcome, texts, reason) = match tried.conclusion {
            Conclusion::Answer(parts) => ("answer", parts, None),
            Conclusion::HandOff { reason, say } => ("handoff", say, Some(reason)),
            Conclusion::Nothing | Conclusion::TryAgain { .. } => ("failed", Vec::new(), tried.trouble),
        };
        Self {
            outcome,
            texts,
            reason,
            language: tried.language.map(|language| language.code().to_owned()),
            passages: tried.found.into_iter().map(|found: Found| found.into()).collect(),
            calls: tried.made.into_iter().map(Into::into).collect(),
            model: tried.model,
            confidence: tried.confidence,
            prompt_tokens: tried.spent.prompt_tokens,
            completion_tokens: tried.spent.completion_tokens,
            cost: tried.spent.cost_micros.map(dollars),
            took_ms: u64::try_from(tried.took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// Try a bot out
///
/// What it would answer, thought as it thinks about a customer's message. Nothing is sent, and nothing stored. Of its tools,
/// those that change nothing are used.
#[utoipa::path(tag = "bots", params(("id" = Uuid, Path, description = "The bot's id")), request_body = TryFields,
    responses((status = 200, description = "What it would do", body = TriedBody)))]
#[post("/api/bots/{id}/try")]
pub(super) async fn try_out(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<TryFields>,
) -> Result<Json<TriedBody>, Problem> {
    let tenant = who.require(Permission::ManageBots)?.tenant;
    let line = |line: LineFields| Line { by_customer: line.author == LineAuthor::Customer, text: line.text };
    let attempt = Attempt { message: body.message, history: body.history.into_iter().map(line).collect() };
    let change = |settings: &mut _| {
        if let Some(patch) = body.settings {
            patch.apply(settings);
        }
    };
    Ok(Json(playground::try_out(&state.bots, tenant, *id, attempt, change).await?.into()))
}
