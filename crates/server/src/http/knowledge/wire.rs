//! What the operations of this area take and answer.

use garde::Validate;
use serde::{Deserialize, Serialize};
use switchboard_bots::knowledge::{FullVersion, Item, Knowledge, Listed, SiteCounts, Version};
use switchboard_store::{
    Actor, Conn, CrawlSchedule, CrawlState, KnowledgeKind, Millis, PageProblem, TenantId, knowledge,
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::Problem;

/// Something a bot knows.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum KnowledgeBody {
    /// A question with its answer
    Qa {
        id: Uuid,
        question: String,
        answer: String,
        #[serde(flatten)]
        written: WrittenBody,
    },
    /// What was read of a file
    File {
        id: Uuid,
        title: String,
        text: String,
        /// Its name
        #[schema(example = "prices.csv")]
        source: String,
        #[serde(flatten)]
        written: WrittenBody,
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
        /// The site that names it in its sitemap; null: somebody has named it
        site_id: Option<Uuid>,
        #[serde(flatten)]
        reading: ReadingBody,
        /// When something else was read than the time before; null: never. RFC 3339
        changed_at: Option<String>,
        #[serde(flatten)]
        written: WrittenBody,
    },
    /// A site, whose pages are items of their own
    Site {
        id: Uuid,
        title: String,
        /// Its address, or that of its sitemap
        #[schema(example = "https://example.com/")]
        source: String,
        #[serde(flatten)]
        reading: ReadingBody,
        /// How many pages it has
        pages: i64,
        /// How many of them are neither waiting nor being read
        pages_done: i64,
        /// How many of them could not be read when that was last tried
        pages_with_problem: i64,
        /// How many addresses in its sitemap are not read: of other sites, not for programs, not below its path, or too many
        left_out: i64,
        #[serde(flatten)]
        written: WrittenBody,
    },
    /// A text under a title
    Text {
        id: Uuid,
        title: String,
        text: String,
        #[serde(flatten)]
        written: WrittenBody,
    },
}

/// Who wrote what an item says, and when.
#[derive(Serialize, ToSchema)]
pub(super) struct WrittenBody {
    /// How many its text, or its answer, has. A list shows 400 of them at most; read the item for the whole
    characters: i64,
    /// Raised by every change of what it says
    version: i64,
    #[serde(flatten)]
    writer: WriterBody,
    /// RFC 3339
    created_at: String,
    /// When what it says was last changed. RFC 3339
    updated_at: String,
}

/// Who wrote a text.
#[derive(Serialize, ToSchema)]
pub(super) struct WriterBody {
    /// `person`, `api_key`, or `system`: it was read of the web; null: from before that was written down
    #[schema(value_type = Option<String>, example = "person")]
    actor: Option<Actor>,
    /// The person or the key
    actor_id: Option<Uuid>,
}

/// What an item said until it was changed.
#[derive(Serialize, ToSchema)]
pub(super) struct VersionBody {
    /// Which text of the item it was, from 1
    number: i64,
    /// The question of a `qa`
    #[schema(example = "What time do you open?")]
    title: String,
    /// What the text, or the answer, begins with: 200 characters at most
    #[schema(example = "At eight, every day.")]
    beginning: String,
    /// How many the whole has, without the title
    characters: i64,
    #[serde(flatten)]
    writer: WriterBody,
    /// RFC 3339
    written_at: String,
}

/// What an item said until it was changed, whole.
#[derive(Serialize, ToSchema)]
pub(super) struct FullVersionBody {
    #[serde(flatten)]
    version: VersionBody,
    /// The answer of a `qa`
    #[schema(example = "At eight, every day.")]
    text: String,
}

impl From<Version> for VersionBody {
    fn from(version: Version) -> Self {
        let Version { number, title, beginning, characters, actor, actor_id, written_at } = version;
        let writer = WriterBody { actor, actor_id };
        Self { number, title, beginning, characters, writer, written_at: written_at.to_rfc3339() }
    }
}

impl From<FullVersion> for FullVersionBody {
    fn from(FullVersion { version, content }: FullVersion) -> Self {
        Self { version: version.into(), text: content }
    }
}

/// When a page or a site is read.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadingBody {
    /// `waiting`, `reading`, `read` or `problem`
    #[schema(value_type = String)]
    state: &'static str,
    /// Why it could not be read when that was last tried: `address`, `robots`, `unreachable`, `timeout`, `status`,
    /// `too_large`, `not_text`, `empty`, `elsewhere` (it leads to another site) or `full` (the bot knows as much as it can);
    /// of a site also `no_sitemap` or `bad_sitemap`; null: it could
    #[schema(value_type = Option<String>)]
    problem: Option<PageProblem>,
    /// `never`, `daily` or `weekly`; null: with its site
    #[schema(value_type = Option<String>)]
    schedule: Option<CrawlSchedule>,
    /// When it was last read, whether or not it said something new; null: never. RFC 3339
    read_at: Option<String>,
    /// When it is read next; null: not by itself, or it is about to be. RFC 3339
    next_read_at: Option<String>,
}

impl ReadingBody {
    fn of(listed: &Listed) -> Self {
        let (state, problem) = (listed.state.unwrap_or(CrawlState::Idle), listed.item.problem);
        let next = listed.due_at.filter(|_| state == CrawlState::Idle);
        Self {
            state: match (state, problem) {
                (CrawlState::Waiting, _) => "waiting",
                (CrawlState::Reading, _) => "reading",
                (CrawlState::Idle, Some(_)) => "problem",
                (CrawlState::Idle, None) => "read",
            },
            problem,
            schedule: listed.schedule,
            read_at: listed.item.read_at.map(Millis::to_rfc3339),
            next_read_at: next.map(Millis::to_rfc3339),
        }
    }
}

impl KnowledgeBody {
    /// An item as it is now.
    pub(super) async fn load(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Self, Problem> {
        let listed = knowledge::listed(conn, tenant, bot, id).await?.ok_or_else(Problem::not_found)?;
        Ok(Self::load_all(conn, tenant, bot, vec![listed]).await?.remove(0))
    }

    /// With how far the sites among them are.
    pub(super) async fn load_all(
        conn: &mut Conn<'_>,
        tenant: TenantId,
        bot: Uuid,
        items: Vec<Listed>,
    ) -> Result<Vec<Self>, Problem> {
        let has_site = items.iter().any(|it| it.item.kind == KnowledgeKind::Site);
        let counts = if has_site { knowledge::site_counts(conn, tenant, bot).await? } else { Vec::new() };
        let of = |id| counts.iter().find(|counts| counts.site_id == id).copied().unwrap_or_default();
        Ok(items.into_iter().map(|it| Self::of(of(it.item.id), it)).collect())
    }

    fn of(counts: SiteCounts, listed: Listed) -> Self {
        let (reading, left_out) = (ReadingBody::of(&listed), listed.left_out.unwrap_or(0));
        let item = listed.item;
        let written = WrittenBody {
            characters: listed.characters,
            version: item.version,
            writer: WriterBody { actor: item.actor, actor_id: item.actor_id },
            created_at: item.created_at.to_rfc3339(),
            updated_at: item.updated_at.to_rfc3339(),
        };
        let Knowledge { id, kind, title, content, source, parent_id, changed_at, .. } = item;
        let source = source.unwrap_or_default();
        match kind {
            KnowledgeKind::Qa => Self::Qa { id, question: title, answer: content, written },
            KnowledgeKind::File => Self::File { id, title, text: content, source, written },
            KnowledgeKind::Page => Self::Page {
                id,
                title,
                text: content,
                source,
                site_id: parent_id,
                reading,
                changed_at: changed_at.map(Millis::to_rfc3339),
                written,
            },
            KnowledgeKind::Site => Self::Site {
                id,
                title,
                source,
                reading,
                pages: counts.pages,
                pages_done: counts.done,
                pages_with_problem: counts.problems,
                left_out,
                written,
            },
            KnowledgeKind::Text => Self::Text { id, title, text: content, written },
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
    /// Of a web page or a site: how often it is read, `never`, `daily` or `weekly`
    #[schema(value_type = Option<String>)]
    pub(super) schedule: Option<CrawlSchedule>,
    /// Of something that is corrected: its `version` as you have read it. If somebody has changed it since, yours is not
    /// written over theirs
    #[schema(example = 1)]
    pub(super) version: Option<i64>,
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
            KnowledgeKind::Page | KnowledgeKind::Site => (self.title, None),
        };
        item.title = title.unwrap_or_else(|| std::mem::take(&mut item.title));
        item.content = content.unwrap_or_else(|| std::mem::take(&mut item.content));
    }
}
