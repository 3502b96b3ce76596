//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_bots::knowledge::{Item, Knowledge};
use switchboard_store::KnowledgeKind;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something a bot knows.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum KnowledgeBody {
    /// A question with its answer
    Qa {
        id: Uuid,
        question: String,
        answer: String,
        /// RFC 3339
        created_at: String,
        /// RFC 3339
        updated_at: String,
    },
    /// A text under a title
    Text {
        id: Uuid,
        title: String,
        text: String,
        /// RFC 3339
        created_at: String,
        /// RFC 3339
        updated_at: String,
    },
}

impl From<Knowledge> for KnowledgeBody {
    fn from(item: Knowledge) -> Self {
        let Knowledge { id, kind, title, content, created_at, updated_at, .. } = item;
        let (created_at, updated_at) = (created_at.to_rfc3339(), updated_at.to_rfc3339());
        match kind {
            KnowledgeKind::Qa => Self::Qa { id, question: title, answer: content, created_at, updated_at },
            KnowledgeKind::Text => Self::Text { id, title, text: content, created_at, updated_at },
        }
    }
}

/// What can be written: a question with its answer, or a title with its text.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct KnowledgeFields {
    /// `qa` or `text`; unless given, the other fields tell
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    pub(super) kind: Option<KnowledgeKind>,
    /// 1 to 1,000 characters
    #[schema(example = "What time do you open?")]
    question: Option<String>,
    /// 1 to 4,000 characters
    #[schema(example = "At eight, every day.")]
    answer: Option<String>,
    /// 1 to 200 characters
    title: Option<String>,
    /// 1 to 200,000 characters
    text: Option<String>,
}

impl KnowledgeFields {
    /// Of a new item.
    pub(super) fn kind(&self) -> KnowledgeKind {
        let told =
            if self.question.is_some() || self.answer.is_some() { KnowledgeKind::Qa } else { KnowledgeKind::Text };
        self.kind.unwrap_or(told)
    }

    /// Writes the fields that an item of this kind has; what is left out stays as it is.
    pub(super) fn apply(self, kind: KnowledgeKind, item: &mut Item) {
        let (title, content) = match kind {
            KnowledgeKind::Qa => (self.question, self.answer),
            KnowledgeKind::Text => (self.title, self.text),
        };
        item.title = title.unwrap_or_else(|| std::mem::take(&mut item.title));
        item.content = content.unwrap_or_else(|| std::mem::take(&mut item.content));
    }
}
