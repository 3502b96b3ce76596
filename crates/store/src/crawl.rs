//! When web pages and sites are to be read, and who is at it.

use uuid::Uuid;

use crate::{
    Conn, CrawlSchedule, CrawlState, Json, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Crawl {
    pub tenant_id: TenantId,
    pub item_id: Uuid,
    /// Whom it asks, with the port.
    pub host: String,
    /// `None`: with its site.
    pub schedule: Option<CrawlSchedule>,
    pub state: CrawlState,
    /// When it is to be read; while it is read, when somebody else may try. `None`: not by itself.
    pub due_at: Option<Millis>,
    /// How often somebody has begun with it: whoever reads it holds the number.
    pub attempts: i64,
    /// Of these, since it last came to an end.
    pub tries: i64,
    /// How often in a row it could not be read.
    pub failures: i64,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Of a site: addresses that are to stay away.
    pub excluded: Json<Vec<String>>,
    /// Of a site: addresses in its sitemap that are not read.
    pub left_out: i64,
}

/// Something to be read whose host may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Candidate {
    pub tenant_id: TenantId,
    pub item_id: Uuid,
    pub host: String,
}

/// What came of reading something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finished {
    pub due_at: Option<Millis>,
    pub failures: i64,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub left_out: i64,
}

statements! {
    INSERT = "INSERT INTO crawl (tenant_id, item_id, host, schedule, state, due_at, attempts, tries, failures, excluded, left_out)
              VALUES ($1, $2, $3, $4, 'waiting', $5, 0, 0, 0, '[]', 0)";
    GET = "SELECT * FROM crawl WHERE tenant_id = $1 AND item_id = $2";
    // A tenant has a few at a time: with many sites it would keep all others waiting.
    CANDIDATE = "SELECT c.tenant_id, c.item_id, c.host FROM crawl AS c JOIN tenant AS t ON t.id = c.tenant_id
                 WHERE c.due_at <= $1 AND t.status = 'active'
                   AND NOT EXISTS (SELECT 1 FROM crawl_host AS h WHERE h.host = c.host AND h.free_at > $1)
                   AND (SELECT count(*) FROM crawl AS o
                        WHERE o.tenant_id = c.tenant_id AND o.state = 'reading' AND o.due_at > $1) < $2
                 ORDER BY c.due_at, c.item_id LIMIT 1";
    TAKE_HOST = "INSERT INTO crawl_host (host, free_at) VALUES ($1, $3)
                 ON CONFLICT (host) DO UPDATE SET free_at = excluded.free_at WHERE crawl_host.free_at <= $2";
    FREE_HOST = "UPDATE crawl_host SET free_at = $2 WHERE host = $1";
    CLAIM = "UPDATE crawl SET state = 'reading', due_at = $4, attempts = attempts + 1, tries = tries + 1
             WHERE tenant_id = $1 AND item_id = $2 AND due_at <= $3 RETURNING *";
    KEEP = "UPDATE crawl SET due_at = $4 WHERE tenant_id = $1 AND item_id = $2 AND attempts = $3 AND state = 'reading'
              AND EXISTS (SELECT 1 FROM tenant AS t WHERE t.id = $1 AND t.status = 'active')";
    GIVE_BACK = "UPDATE crawl SET state = 'waiting', due_at = $4, tries = tries - 1
                 WHERE tenant_id = $1 AND item_id = $2 AND attempts = $3 AND state = 'reading'";
    FINISH = "UPDATE crawl SET state = 'idle', due_at = $4, tries = 0, failures = $5, etag = $6, last_modified = $7, left_out = $8
              WHERE tenant_id = $1 AND item_id = $2 AND attempts = $3 AND state = 'reading'";
    ASK = "UPDATE crawl SET state = 'waiting', due_at = $3 WHERE tenant_id = $1 AND item_id = $2 AND state <> 'reading'";
    ASK_PAGES = "UPDATE crawl SET state = 'waiting', due_at = $3 WHERE tenant_id = $1 AND state <> 'reading'
                   AND item_id IN (SELECT id FROM knowledge WHERE tenant_id = $1 AND parent_id = $2)";
    SET_SCHEDULE = "UPDATE crawl SET schedule = $3, due_at = CASE WHEN state = 'idle' THEN $4 ELSE due_at END
                    WHERE tenant_id = $1 AND item_id = $2";
    SET_EXCLUDED = "UPDATE crawl SET excluded = $3 WHERE tenant_id = $1 AND item_id = $2";
    LAPSE_ALL = "UPDATE crawl SET state = 'waiting', due_at = 0 WHERE state = 'reading'";
    FREE_HOSTS = "DELETE FROM crawl_host WHERE free_at < $1";
}

/// Has an item read, by `due_at` among others.
pub async fn insert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    item: Uuid,
    host: &str,
    schedule: Option<CrawlSchedule>,
    due_at: Millis,
) -> Result<()> {
    execute!(conn, INSERT; tenant, item, host, schedule, due_at)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, item: Uuid) -> Result<Option<Crawl>> {
    fetch!(optional, conn, GET => Crawl; tenant, item)
}

/// What waits longest of what may be read now; a tenant has at most `most` at a time. Needs
/// [`Scope::System`](crate::Scope::System), as all that concerns hosts.
pub async fn candidate(conn: &mut Conn<'_>, now: Millis, most: i64) -> Result<Option<Candidate>> {
    fetch!(optional, conn, CANDIDATE => Candidate; now, most)
}

/// Takes it up, and its host with it. `None`: somebody else has one of the two.
pub async fn claim(conn: &mut Conn<'_>, it: &Candidate, now: Millis, until: Millis) -> Result<Option<Crawl>> {
    if execute!(conn, TAKE_HOST; &it.host, now, until)? == 0 {
        return Ok(None);
    }
    fetch!(optional, conn, CLAIM => Crawl; it.tenant_id, it.item_id, now, until)
}

/// Nobody else reads it, or asks its host, before `until`. `false`: somebody does, it is gone, or its tenant has been suspended.
pub async fn keep(conn: &mut Conn<'_>, it: &Crawl, until: Millis) -> Result<bool> {
    free_host(conn, &it.host, until).await?;
    Ok(execute!(conn, KEEP; it.tenant_id, it.item_id, it.attempts, until)? == 1)
}

/// Nobody asks a host before this.
pub async fn free_host(conn: &mut Conn<'_>, host: &str, at: Millis) -> Result<()> {
    execute!(conn, FREE_HOST; host, at)?;
    Ok(())
}

/// Somebody else reads it.
pub async fn give_back(conn: &mut Conn<'_>, it: &Crawl, now: Millis) -> Result<()> {
    execute!(conn, GIVE_BACK; it.tenant_id, it.item_id, it.attempts, now)?;
    Ok(())
}

/// `false`: somebody else has taken it up.
pub async fn finish(conn: &mut Conn<'_>, it: &Crawl, end: &Finished) -> Result<bool> {
    let rows = execute!(conn, FINISH; it.tenant_id, it.item_id, it.attempts, end.due_at, end.failures, end.etag.as_deref(),
        end.last_modified.as_deref(), end.left_out)?;
    Ok(rows == 1)
}

/// Has it read at `at`, unless somebody is at it.
pub async fn ask(conn: &mut Conn<'_>, tenant: TenantId, item: Uuid, at: Millis) -> Result<()> {
    execute!(conn, ASK; tenant, item, at)?;
    Ok(())
}

/// Has the pages of a site read.
pub async fn ask_pages(conn: &mut Conn<'_>, tenant: TenantId, site: Uuid, at: Millis) -> Result<()> {
    execute!(conn, ASK_PAGES; tenant, site, at)?;
    Ok(())
}

/// `due_at`: when it is read next, unless it is about to be.
pub async fn set_schedule(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    item: Uuid,
    schedule: CrawlSchedule,
    due_at: Option<Millis>,
) -> Result<()> {
    execute!(conn, SET_SCHEDULE; tenant, item, schedule, due_at)?;
    Ok(())
}

/// Which addresses of a site are to stay away.
pub async fn set_excluded(conn: &mut Conn<'_>, tenant: TenantId, site: Uuid, urls: Vec<String>) -> Result<()> {
    execute!(conn, SET_EXCLUDED; tenant, site, Json(urls))?;
    Ok(())
}

/// Lets every claim lapse. Only right when no other process can be at it: at the start on SQLite.
pub async fn lapse_all(conn: &mut Conn<'_>) -> Result<()> {
    execute!(conn, LAPSE_ALL;)?;
    execute!(conn, FREE_HOSTS; Millis(i64::MAX))?;
    Ok(())
}

/// Forgets hosts that nobody has asked since before `old`; how many.
pub async fn forget_hosts(conn: &mut Conn<'_>, old: Millis) -> Result<u64> {
    execute!(conn, FREE_HOSTS; old)
}
