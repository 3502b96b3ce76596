//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_bots::knowledge::{Item, Knowledge};
use switchboard_store::{KnowledgeKind, Millis, PageProblem};
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
    /// What was read of a file
    File {
        id: Uuid,
        title: String,
        text: String,
        /// Its name
        #[schema(example = "prices.csv")]
        source: String,
        /// RFC 3339
        created_at: String,
        /// RFC 3339
        updated_at: String,
    },
    /// What was read of a web page
    Page {
        id: Uuid,
        title: String,
        /// Empty: it could not be read yet
        text: String,
        /// Its address
        #[schema(example = "https://example.com/about")]
        source: String,
        /// Why it could not be read when that was last tried: `address`, `robots`, `unreachable`, `timeout`, `status`,
        /// `too_large`, `not_text` or `empty`; null: it could
        #[schema(value_type = Option<String>)]
        problem: Option<PageProblem>,
        /// When it was last read; null: never. RFC 3339
        read_at: Option<String>,
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
        let Knowledge { id, kind, title, content, source, problem, read_at, created_at, updated_at, .. } = item;
        let (created_at, updated_at) = (created_at.to_rfc3339(), updated_at.to_rfc3339());
        match kind {
            KnowledgeKind::Qa => Self::Qa { id, question: title, answer: content, created_at, updated_at },
            KnowledgeKind::File => {
                Self::File { id, title, text: content, source: source.unwrap_or_default(), created_at, updated_at }
            }
            KnowledgeKind::Page => Self::Page {
                id,
                title,
                text: content,
                source: source.unwrap_or_default(),
                problem,
                read_at: read_at.map(Millis::to_rfc3339),
                created_at,
                updated_at,
            },
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
            KnowledgeKind::Text | KnowledgeKind::File => (self.title, self.text),
            // What is on it is not ours to say.
            KnowledgeKind::Page => (self.title, None),
        };
        item.title = title.unwrap_or_else(|| std::mem::take(&mut item.title));
        item.content = content.unwrap_or_else(|| std::mem::take(&mut item.content));
    }
}
