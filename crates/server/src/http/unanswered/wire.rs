//! What the operations of this area take and answer.

use std::collections::BTreeSet;

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_bots::unanswered::Group;
use switchboard_store::{UnansweredReason, unanswered::Unanswered};
use utoipa::ToSchema;
use uuid::Uuid;

/// Questions of a group that are shown.
const EXAMPLES: usize = 5;

/// Questions that ask the same, which nobody has settled.
#[derive(Serialize, ToSchema)]
pub(super) struct UnansweredBody {
    /// As it was asked last
    #[schema(example = "Do you have gluten-free bread?")]
    question: String,
    count: usize,
    /// RFC 3339
    last_asked_at: String,
    /// ISO 639-1 codes, where they can be told
    languages: BTreeSet<String>,
    /// The newest first, five at most
    examples: Vec<ExampleBody>,
    /// Of all its questions: to settle them
    ids: Vec<Uuid>,
}

/// A question, where it was asked.
#[derive(Serialize, ToSchema)]
struct ExampleBody {
    id: Uuid,
    conversation_id: Uuid,
    /// The last message of what was asked
    message_id: Option<Uuid>,
    question: String,
    /// An ISO 639-1 code; null: it cannot be told
    language: Option<String>,
    /// `unsure`: the knowledge covers too little of it, by the bot's own rule; `no_answer`: no stored answer fits, and there
    /// is no model; `model`: the model called people, and the knowledge hardly covers it
    #[schema(value_type = String)]
    reason: UnansweredReason,
    /// What the model said of it
    detail: Option<String>,
    /// RFC 3339
    asked_at: String,
}

impl From<Unanswered> for ExampleBody {
    fn from(it: Unanswered) -> Self {
        let Unanswered { id, conversation_id, message_id, question, language, reason, detail, asked_at, .. } = it;
        let asked_at = asked_at.to_rfc3339();
        Self { id, conversation_id, message_id, question, language, reason, detail, asked_at }
    }
}

impl UnansweredBody {
    pub(super) fn of(group: Group) -> Option<Self> {
        let questions = group.questions;
        let newest = questions.first()?;
        Some(Self {
            question: newest.question.clone(),
            count: questions.len(),
            last_asked_at: newest.asked_at.to_rfc3339(),
            languages: questions.iter().filter_map(|it| it.language.clone()).collect(),
            ids: questions.iter().map(|it| it.id).collect(),
            examples: questions.into_iter().take(EXAMPLES).map(ExampleBody::from).collect(),
        })
    }
}

/// Which questions.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct QuestionsFields {
    /// 1 to 1,000 of them; those that are not there any more do not matter
    pub(super) ids: Vec<Uuid>,
}

/// How many questions it was.
#[derive(Serialize, ToSchema)]
pub(super) struct CountBody {
    pub(super) count: u64,
}
