//! What is counted: messages, turns and waits, by quarters of an hour.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    clock::first_id,
    db::{Row, execute, expect_rows, fetch, statements},
    types::hex,
};

/// In milliseconds. The days of every time zone begin with one.
const SLOT: i64 = 15 * 60 * 1000;
/// What was said so long before it arrived is the past of a number that was connected with its history.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A quarter of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slot(pub i64);

impl Slot {
    /// The one a moment is in.
    pub fn of(at: Millis) -> Self {
        Self(at.0.div_euclid(SLOT))
    }

    pub fn start(self) -> Millis {
        Millis(self.0 * SLOT)
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Row)]
pub struct Counts {
    /// What customers said.
    pub received: i64,
    /// What the tenant said, by whom.
    pub by_ai: i64,
    pub by_people: i64,
    /// That people were called, and the like.
    pub by_system: i64,
    /// Of what was said through WhatsApp's API, what is no template: Meta's service messages. With those that did not get
    /// through, which may show long after they were counted; [`failed`] tells of them.
    pub service: i64,
    /// Answers to what customers asked, and how long they had waited in all: at most a day each.
    pub ai_replies: i64,
    pub ai_reply_ms: i64,
    pub people_replies: i64,
    pub people_reply_ms: i64,
    /// Turns that were answered, and those that were handed to people.
    pub answered: i64,
    pub handed_over: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
    /// `None`: the model tells of no cost.
    pub cost_micros: Option<i64>,
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.by_ai += other.by_ai;
        self.by_people += other.by_people;
        self.by_system += other.by_system;
        self.service += other.service;
        self.ai_replies += other.ai_replies;
        self.ai_reply_ms += other.ai_reply_ms;
        self.people_replies += other.people_replies;
        self.people_reply_ms += other.people_reply_ms;
        self.answered += other.answered;
        self.handed_over += other.handed_over;
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
        if let Some(cost) = other.cost_micros {
            self.cost_micros = Some(self.cost_micros.unwrap_or(0) + cost);
        }
    }
}

/// What happened on a number in a quarter of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Row)]
pub struct Counted {
    pub tenant_id: TenantId,
    pub slot: i64,
    pub number_id: Uuid,
    #[row(flatten)]
    #[serde(flatten)]
    pub counts: Counts,
}

/// What happened on a number between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct Summed {
    /// Which of the spans that were asked for.
    pub span: i64,
    pub number_id: Uuid,
    #[row(flatten)]
    pub counts: Counts,
}

/// What did not get through between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct Failures {
    pub span: i64,
    pub number_id: Uuid,
    pub failed: i64,
    /// Of these, service messages.
    pub service: i64,
}

/// From the beginning of one quarter of an hour to the beginning of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub first: Slot,
    pub next: Slot,
}

impl Span {
    pub fn contains(&self, slot: i64) -> bool {
        (self.first.0..self.next.0).contains(&slot)
    }
}

/// What columns of [`Counts`] come to, together.
macro_rules! totals {
    () => {
        "CAST(sum(received) AS BIGINT) AS received,
         CAST(sum(by_ai) AS BIGINT) AS by_ai,
         CAST(sum(by_people) AS BIGINT) AS by_people,
         CAST(sum(by_system) AS BIGINT) AS by_system,
         CAST(sum(service) AS BIGINT) AS service,
         CAST(sum(ai_replies) AS BIGINT) AS ai_replies,
         CAST(sum(ai_reply_ms) AS BIGINT) AS ai_reply_ms,
         CAST(sum(people_replies) AS BIGINT) AS people_replies,
         CAST(sum(people_reply_ms) AS BIGINT) AS people_reply_ms,
         CAST(sum(answered) AS BIGINT) AS answered,
         CAST(sum(handed_over) AS BIGINT) AS handed_over,
         CAST(sum(prompt_tokens) AS BIGINT) AS prompt_tokens,
         CAST(sum(completion_tokens) AS BIGINT) AS completion_tokens,
         CAST(sum(cost_micros) AS BIGINT) AS cost_micros"
    };
}

/// The whole of `COUNT` but for its slots, which each engine reads in its own words.
macro_rules! counted {
    ($slots:literal) => {
        concat!(
            "WITH slots AS MATERIALIZED (",
            $slots,
            "), said AS (
               SELECT m.tenant_id, s.slot, m.number_id, m.direction, m.author, m.type, m.status, m.created_at,
                 CASE WHEN m.author IN ('ai', 'operator', 'phone', 'api') AND COALESCE(m.part, 0) = 0
                        AND m.status NOT IN ('cancelled', 'failed') THEN (
                   SELECT min(i.created_at) FROM message AS i
                   WHERE i.tenant_id = m.tenant_id AND i.conversation_id = m.conversation_id AND i.seq < m.seq
                     AND i.direction = 'inbound' AND i.wants_answer AND i.created_at >= m.created_at - 86400000
                     AND i.seq > COALESCE((
                       SELECT o.seq FROM message AS o
                       WHERE o.tenant_id = m.tenant_id AND o.conversation_id = m.conversation_id AND o.seq < m.seq
                         AND o.direction = 'outbound' AND o.author <> 'system' AND o.status NOT IN ('cancelled', 'failed')
                       ORDER BY o.seq DESC LIMIT 1), 0)) END AS asked_at
               FROM slots AS s CROSS JOIN tenant AS t CROSS JOIN message AS m
               WHERE t.id = COALESCE($2, t.id) AND m.tenant_id = t.id AND m.id >= s.first AND m.id < s.next
                 AND m.created_at >= s.since AND m.status <> 'cancelled'
                 AND m.type NOT IN ('reaction', 'edit', 'revoke', 'system')
             ), counted AS (
               SELECT tenant_id, slot, number_id,
                 count(*) FILTER (WHERE direction = 'inbound') AS received,
                 count(*) FILTER (WHERE author = 'ai') AS by_ai,
                 count(*) FILTER (WHERE author IN ('operator', 'phone', 'api')) AS by_people,
                 count(*) FILTER (WHERE author = 'system') AS by_system,
                 count(*) FILTER (WHERE author IN ('ai', 'operator', 'api', 'system') AND type <> 'template'
                   AND direction = 'outbound') AS service,
                 count(asked_at) FILTER (WHERE author = 'ai') AS ai_replies,
                 COALESCE(sum(created_at - asked_at) FILTER (WHERE author = 'ai'), 0) AS ai_reply_ms,
                 count(asked_at) FILTER (WHERE author <> 'ai') AS people_replies,
                 COALESCE(sum(created_at - asked_at) FILTER (WHERE author <> 'ai'), 0) AS people_reply_ms,
                 0 AS answered, 0 AS handed_over, 0 AS prompt_tokens, 0 AS completion_tokens,
                 CAST(NULL AS BIGINT) AS cost_micros
               FROM said GROUP BY tenant_id, slot, number_id
               UNION ALL
               SELECT u.tenant_id, s.slot, u.number_id, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                 count(*) FILTER (WHERE u.outcome = 'answered'), count(*) FILTER (WHERE u.outcome = 'handed_over'),
                 COALESCE(sum(u.prompt_tokens), 0), COALESCE(sum(u.completion_tokens), 0), sum(u.cost_micros)
               FROM slots AS s CROSS JOIN tenant AS t CROSS JOIN turn AS u
               WHERE t.id = COALESCE($2, t.id) AND u.tenant_id = t.id AND u.id >= s.first AND u.id < s.next
               GROUP BY u.tenant_id, s.slot, u.number_id
             )
             SELECT tenant_id, slot, number_id, ",
            totals!(),
            "
             FROM counted GROUP BY tenant_id, slot, number_id ORDER BY tenant_id, slot, number_id"
        )
    };
}

statements! {
    // By the primary keys of both tables, tenant by tenant: what is read is what happened in these slots. How long a
    // customer had waited is found by the order within the conversation, from the answer back to the one before.
    COUNT = {
        sqlite: counted!("SELECT value->>'slot' AS slot, unhex(value->>'first') AS first, unhex(value->>'next') AS next,
                     value->>'since' AS since FROM jsonb_each($1)"),
        postgres: counted!("SELECT slot, first, next, since
                   FROM jsonb_to_recordset($1) AS x (slot bigint, first uuid, next uuid, since bigint)"),
    };
    INSERT = {
        sqlite: "INSERT INTO usage_slot (tenant_id, slot, number_id, received, by_ai, by_people, by_system, service, ai_replies, ai_reply_ms, people_replies, people_reply_ms,
                   answered, handed_over, prompt_tokens, completion_tokens, cost_micros)
                 SELECT unhex(value->>'tenant_id', '-'), value->>'slot', unhex(value->>'number_id', '-'),
                   value->>'received', value->>'by_ai', value->>'by_people', value->>'by_system', value->>'service', value->>'ai_replies', value->>'ai_reply_ms', value->>'people_replies', value->>'people_reply_ms', value->>'answered', value->>'handed_over', value->>'prompt_tokens', value->>'completion_tokens', value->>'cost_micros'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO usage_slot (tenant_id, slot, number_id, received, by_ai, by_people, by_system, service, ai_replies, ai_reply_ms, people_replies, people_reply_ms,
                   answered, handed_over, prompt_tokens, completion_tokens, cost_micros)
                 SELECT tenant_id, slot, number_id, received, by_ai, by_people, by_system, service, ai_replies, ai_reply_ms, people_replies, people_reply_ms,
                   answered, handed_over, prompt_tokens, completion_tokens, cost_micros
                 FROM jsonb_populate_recordset(NULL::usage_slot, $1)",
    };
    SUM = {
        sqlite: concat!("SELECT x.value->>'span' AS span, u.number_id, ", totals!(), "
                 FROM jsonb_each($2) AS x CROSS JOIN usage_slot AS u
                 WHERE u.tenant_id = $1 AND u.slot >= x.value->>'first' AND u.slot < x.value->>'next'
                 GROUP BY 1, 2 ORDER BY 1, 2"),
        postgres: concat!("SELECT x.span, u.number_id, ", totals!(), "
                 FROM jsonb_to_recordset($2) AS x (span bigint, first bigint, next bigint) CROSS JOIN usage_slot AS u
                 WHERE u.tenant_id = $1 AND u.slot >= x.first AND u.slot < x.next
                 GROUP BY 1, 2 ORDER BY 1, 2"),
    };
    // By the index of what has failed. What is taken off the service messages is of the kinds that were counted.
    FAILED = {
        sqlite: "SELECT x.value->>'span' AS span, m.number_id, count(*) AS failed,
                   count(*) FILTER (WHERE m.author IN ('ai', 'operator', 'api', 'system')
                     AND m.type NOT IN ('template', 'reaction', 'edit', 'revoke', 'system')) AS service
                 FROM jsonb_each($2) AS x CROSS JOIN message AS m
                 WHERE m.tenant_id = $1 AND m.status = 'failed'
                   AND m.id >= unhex(x.value->>'first') AND m.id < unhex(x.value->>'next')
                 GROUP BY 1, 2 ORDER BY 1, 2",
        postgres: "SELECT x.span, m.number_id, count(*) AS failed,
                   count(*) FILTER (WHERE m.author IN ('ai', 'operator', 'api', 'system')
                     AND m.type NOT IN ('template', 'reaction', 'edit', 'revoke', 'system')) AS service
                 FROM jsonb_to_recordset($2) AS x (span bigint, first uuid, next uuid) CROSS JOIN message AS m
                 WHERE m.tenant_id = $1 AND m.status = 'failed' AND m.id >= x.first AND m.id < x.next
                 GROUP BY 1, 2 ORDER BY 1, 2",
    };
    OLDEST_TENANT = "SELECT min(created_at) FROM tenant";
    PROGRESS = "SELECT next_slot FROM usage_progress WHERE id = 1";
    // One process counts at a time; another that comes to it meanwhile has nothing to do.
    TAKE_PROGRESS = {
        sqlite: "SELECT next_slot FROM usage_progress WHERE id = 1",
        postgres: "SELECT next_slot FROM usage_progress WHERE id = 1 FOR UPDATE SKIP LOCKED",
    };
    SAVE_PROGRESS = "UPDATE usage_progress SET next_slot = $1 WHERE id = 1";
}

/// What happened in these quarters of an hour, as the messages and the turns tell it; `None`: to every tenant, which needs
/// [`Scope::System`](crate::Scope::System).
pub async fn count(conn: &mut Conn<'_>, tenant: Option<TenantId>, slots: Span) -> Result<Vec<Counted>> {
    #[derive(Serialize)]
    struct Bounds {
        slot: i64,
        first: String,
        next: String,
        since: i64,
    }
    let bounds = (slots.first.0..slots.next.0).map(|slot| {
        let (start, end) = (Slot(slot).start(), Slot(slot + 1).start());
        Bounds { slot, first: hex(first_id(start)), next: hex(first_id(end)), since: start.0 - DAY }
    });
    fetch!(all, conn, COUNT => Counted; Json(bounds.collect::<Vec<_>>()), tenant)
}

pub async fn insert(conn: &mut Conn<'_>, counted: &[Counted]) -> Result<()> {
    if counted.is_empty() {
        return Ok(());
    }
    expect_rows("usage_slot", counted.len() as u64, execute!(conn, INSERT; Json(counted))?)
}

/// What has been counted of these spans. A number on which nothing happened is left out.
pub async fn sum(conn: &mut Conn<'_>, tenant: TenantId, spans: &[Span]) -> Result<Vec<Summed>> {
    #[derive(Serialize)]
    struct Bounds {
        span: usize,
        first: Slot,
        next: Slot,
    }
    let bounds = spans.iter().enumerate().map(|(span, it)| Bounds { span, first: it.first, next: it.next });
    fetch!(all, conn, SUM => Summed; tenant, Json(bounds.collect::<Vec<_>>()))
}

/// What of these spans has failed, however late that turned out.
pub async fn failed(conn: &mut Conn<'_>, tenant: TenantId, spans: &[Span]) -> Result<Vec<Failures>> {
    #[derive(Serialize)]
    struct Bounds {
        span: usize,
        first: String,
        next: String,
    }
    let at = |slot: Slot| hex(first_id(slot.start()));
    let bounds = spans.iter().enumerate().map(|(span, it)| Bounds { span, first: at(it.first), next: at(it.next) });
    fetch!(all, conn, FAILED => Failures; tenant, Json(bounds.collect::<Vec<_>>()))
}

/// When the first tenant came; `None`: there is none.
pub async fn oldest_tenant(conn: &mut Conn<'_>) -> Result<Option<Millis>> {
    let (oldest,) = fetch!(one, conn, OLDEST_TENANT => (Option<Millis>,);)?;
    Ok(oldest)
}

/// The first quarter of an hour that is not counted yet; `None`: none is.
pub async fn progress(conn: &mut Conn<'_>) -> Result<Option<Slot>> {
    let (next,) = fetch!(one, conn, PROGRESS => (Option<i64>,);)?;
    Ok(next.map(Slot))
}

/// As [`progress`], and keeps others from counting until the transaction ends; `None`: somebody else is at it.
pub async fn take_progress(conn: &mut Conn<'_>) -> Result<Option<Option<Slot>>> {
    let row = fetch!(optional, conn, TAKE_PROGRESS => (Option<i64>,);)?;
    Ok(row.map(|(next,)| next.map(Slot)))
}

pub async fn save_progress(conn: &mut Conn<'_>, next: Slot) -> Result<()> {
    expect_rows("usage_progress", 1, execute!(conn, SAVE_PROGRESS; next.0)?)
}
