//! What a bot knows.

use std::ops::Range;

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Actor, Conn, CrawlSchedule, CrawlState, Json, KnowledgeKind, Millis, PageProblem, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, given, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Knowledge {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    pub kind: KnowledgeKind,
    pub title: String,
    pub content: String,
    /// The name of a file, the address of a page or site.
    pub source: Option<String>,
    /// Of a page: the site that names it.
    pub parent_id: Option<Uuid>,
    /// Of a page or site: why it could not be read when that was last tried.
    pub problem: Option<PageProblem>,
    /// Of a page or site: when it was last read.
    pub read_at: Option<Millis>,
    /// Of a page: when something else was read than the time before.
    pub changed_at: Option<Millis>,
    /// The byte ranges of `content` that are found and quoted; `None`: it is still to be cut.
    pub pieces: Option<Json<Vec<Range<usize>>>>,
    /// Raised by every change of the title or the content.
    pub version: i64,
    /// Who wrote what it says; `None`: from before that was written down.
    pub actor: Option<Actor>,
    /// The person or the API key.
    pub actor_id: Option<Uuid>,
    pub created_at: Millis,
    /// When the title or the content was last changed.
    pub updated_at: Millis,
}

/// Names an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Row)]
pub struct Key {
    pub tenant_id: TenantId,
    pub id: Uuid,
}

/// An item, and when it is read, if it is read at all.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Listed {
    #[row(flatten)]
    pub item: Knowledge,
    /// `None`: it is not read, or with its site.
    pub schedule: Option<CrawlSchedule>,
    pub state: Option<CrawlState>,
    /// When it is read next.
    pub due_at: Option<Millis>,
    /// Of a site: how many addresses of its sitemap are not read.
    pub left_out: Option<i64>,
    /// How many the content has, also where only its beginning is here.
    pub characters: i64,
}

/// Which items; what is `None` or false does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: Option<KnowledgeKind>,
    /// Only the pages of this site.
    pub site: Option<Uuid>,
    /// Only what is of no site.
    pub is_top: bool,
    /// Only what could not be read.
    pub has_problem: bool,
}

/// How far the pages of a site are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Row)]
pub struct SiteCounts {
    pub site_id: Uuid,
    pub pages: i64,
    /// Neither waiting nor being read.
    pub done: i64,
    pub problems: i64,
}

/// A page or site, and its address.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct PageAddress {
    pub id: Uuid,
    pub source: String,
}

statements! {
    INSERT = "INSERT INTO knowledge (tenant_id, id, bot_id, kind, title, content, source, parent_id, problem, read_at, changed_at,
                version, actor, actor_id, created_at, updated_at, characters)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, length($6))";
    UPDATE = "UPDATE knowledge SET title = $4, content = $5, pieces = CASE WHEN content = $5 THEN pieces END, characters = length($5),
                problem = $6, read_at = $7, changed_at = $8, version = $9, actor = $10, actor_id = $11, updated_at = $12
              WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    DELETE = "DELETE FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    DELETE_PAGES = "DELETE FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND parent_id = $3";
    GET = "SELECT * FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    BY_ID = "SELECT * FROM knowledge WHERE tenant_id = $1 AND id = $2";
    LOCK = {
        sqlite: "SELECT * FROM knowledge WHERE tenant_id = $1 AND id = $2",
        postgres: "SELECT * FROM knowledge WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
    };
    EXISTING = {
        sqlite: "SELECT k.tenant_id, k.id FROM jsonb_each($1) AS x
                 JOIN knowledge AS k ON k.tenant_id = unhex(x.value->>'tenant_id', '-') AND k.id = unhex(x.value->>'id', '-')",
        postgres: concat!("SELECT k.tenant_id, k.id FROM ", given!("tenant_id uuid, id uuid"), "
                 JOIN knowledge AS k ON k.tenant_id = x.tenant_id AND k.id = x.id"),
    };
    LISTED = "SELECT k.*, c.schedule, c.state, c.due_at, c.left_out
              FROM knowledge AS k LEFT JOIN crawl AS c ON c.tenant_id = k.tenant_id AND c.item_id = k.id
              WHERE k.tenant_id = $1 AND k.bot_id = $2 AND k.id = $3";
    // Without the pieces of what is not here.
    LIST = "SELECT k.tenant_id, k.id, k.bot_id, k.kind, k.title, substr(k.content, 1, $9) AS content, k.source, k.parent_id, k.problem,
              k.read_at, k.changed_at, CASE WHEN false THEN k.pieces END AS pieces, k.version, k.actor, k.actor_id, k.created_at,
              k.updated_at, k.characters, c.schedule, c.state, c.due_at, c.left_out
            FROM knowledge AS k LEFT JOIN crawl AS c ON c.tenant_id = k.tenant_id AND c.item_id = k.id
            WHERE k.tenant_id = $1 AND k.bot_id = $2 AND k.id > $3 AND k.kind = COALESCE($4, k.kind)
              AND (k.parent_id = $5 OR $5 IS NULL) AND (k.parent_id IS NULL OR NOT $6)
              AND (k.problem IS NOT NULL OR NOT $7)
            ORDER BY k.id LIMIT $8";
    UNCUT = "SELECT * FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND pieces IS NULL AND kind <> 'qa' AND content <> ''
             ORDER BY id LIMIT $3";
    SET_PIECES = "UPDATE knowledge SET pieces = $3 WHERE tenant_id = $1 AND id = $2";
    ALL = "SELECT * FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 ORDER BY id";
    COUNT = "SELECT count(*) FROM knowledge WHERE tenant_id = $1 AND bot_id = $2";
    CHARACTERS = "SELECT CAST(COALESCE(sum(characters), 0) AS BIGINT) FROM knowledge WHERE tenant_id = $1 AND bot_id = $2";
    SITE_COUNTS = "SELECT k.parent_id AS site_id, count(*) AS pages, count(*) FILTER (WHERE c.state = 'idle') AS done,
                     count(*) FILTER (WHERE k.problem IS NOT NULL) AS problems
                   FROM knowledge AS k JOIN crawl AS c ON c.tenant_id = k.tenant_id AND c.item_id = k.id
                   WHERE k.tenant_id = $1 AND k.bot_id = $2 AND k.parent_id IS NOT NULL GROUP BY k.parent_id";
    OWN_PAGES = "SELECT id, source FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND kind = 'page' AND parent_id IS NULL";
    SITES = "SELECT id, source FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND kind = 'site' ORDER BY id";
    SOURCES = "SELECT count(*) FROM knowledge WHERE tenant_id = $1 AND bot_id = $2 AND kind = $3 AND source = $4";
    SITE_PAGES = "SELECT id, source FROM knowledge WHERE tenant_id = $1 AND parent_id = $2 ORDER BY id";
}

/// [`Error::Duplicate`](crate::Error::Duplicate): somebody has had the bot learn from this address a moment ago.
pub async fn insert(conn: &mut Conn<'_>, item: &Knowledge) -> Result<()> {
    execute!(conn, INSERT; item.tenant_id, item.id, item.bot_id, item.kind, &item.title, &item.content,
        item.source.as_deref(), item.parent_id, item.problem, item.read_at, item.changed_at, item.version, item.actor,
        item.actor_id, item.created_at, item.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, item: &Knowledge) -> Result<()> {
    let rows = execute!(conn, UPDATE; item.tenant_id, item.bot_id, item.id, &item.title, &item.content, item.problem, item.read_at,
            item.changed_at, item.version, item.actor, item.actor_id, item.updated_at)?;
    expect_rows("knowledge", 1, rows)
}

/// `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; tenant, bot, id)? == 1)
}

/// Deletes the pages of a site. The site goes first, so that nobody adds one meanwhile.
pub async fn delete_pages(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, site: Uuid) -> Result<()> {
    execute!(conn, DELETE_PAGES; tenant, bot, site)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<Knowledge>> {
    fetch!(optional, conn, GET => Knowledge; tenant, bot, id)
}

/// Which of these are still there. For the worker of turns, which serves all tenants.
pub async fn existing(conn: &mut Conn<'_>, keys: &[Key]) -> Result<Vec<Key>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, EXISTING => Key; Json(keys))
}

/// Of whichever bot of the tenant.
pub async fn by_id(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Knowledge>> {
    fetch!(optional, conn, BY_ID => Knowledge; tenant, id)
}

/// As [`by_id`], and nobody else changes it before the transaction ends. Whoever locks a site and its pages locks the site first.
pub async fn lock(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Knowledge>> {
    fetch!(optional, conn, LOCK => Knowledge; tenant, id)
}

pub async fn listed(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<Listed>> {
    fetch!(optional, conn, LISTED => Listed; tenant, bot, id)
}

/// A page of a bot's knowledge in the order it was added; `after` is the last id of the page before. Of each content, so many
/// characters at most.
pub async fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    filter: Filter,
    after: Option<Uuid>,
    limit: i64,
    characters: i32,
) -> Result<Vec<Listed>> {
    fetch!(all, conn, LIST => Listed; tenant, bot, after.unwrap_or(Uuid::nil()), filter.kind, filter.site, filter.is_top,
        filter.has_problem, limit, characters)
}

/// All that a bot knows, to build its index from.
pub async fn all(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<Knowledge>> {
    fetch!(all, conn, ALL => Knowledge; tenant, bot)
}

/// Texts of a bot that are still to be cut into pieces.
pub async fn uncut(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, limit: i64) -> Result<Vec<Knowledge>> {
    fetch!(all, conn, UNCUT => Knowledge; tenant, bot, limit)
}

/// Whoever says where a text is cut holds it ([`lock`]), and has seen that it is the one that was cut.
pub async fn set_pieces(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, pieces: Vec<Range<usize>>) -> Result<()> {
    expect_rows("knowledge", 1, execute!(conn, SET_PIECES; tenant, id, Json(pieces))?)
}

pub async fn count(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<i64> {
    let (count,) = fetch!(one, conn, COUNT => (i64,); tenant, bot)?;
    Ok(count)
}

/// Of all texts that a bot knows, together.
pub async fn characters(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<i64> {
    let (characters,) = fetch!(one, conn, CHARACTERS => (i64,); tenant, bot)?;
    Ok(characters)
}

/// How far the pages of a bot's sites are; a site without pages is left out.
pub async fn site_counts(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<SiteCounts>> {
    fetch!(all, conn, SITE_COUNTS => SiteCounts; tenant, bot)
}

/// The pages of a bot that are of no site.
pub async fn own_pages(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<PageAddress>> {
    fetch!(all, conn, OWN_PAGES => PageAddress; tenant, bot)
}

/// The sites of a bot.
pub async fn sites(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<PageAddress>> {
    fetch!(all, conn, SITES => PageAddress; tenant, bot)
}

/// Whether a bot has something of this kind from there.
pub async fn is_known(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    kind: KnowledgeKind,
    source: &str,
) -> Result<bool> {
    let (count,) = fetch!(one, conn, SOURCES => (i64,); tenant, bot, kind, source)?;
    Ok(count > 0)
}

pub async fn site_pages(conn: &mut Conn<'_>, tenant: TenantId, site: Uuid) -> Result<Vec<PageAddress>> {
    fetch!(all, conn, SITE_PAGES => PageAddress; tenant, site)
}
