//! Web pages are read in the background: when somebody names one, when somebody asks for it again, and on a schedule. A site is
//! read in two steps. Its sitemaps say which pages it has, and these become items of their own, which wait to be read like any.
//!
//! What is read stays until something else is read. Only what says something new makes the bot's index be built anew.

mod schedule;
mod worker;

use switchboard_store::{
    Conn, CrawlSchedule, KnowledgeKind, Millis, TenantId, crawl,
    knowledge::{self, Knowledge, Listed},
};
use url::Url;
use uuid::Uuid;

use crate::{
    bot::InvalidSetting,
    knowledge::{Item, KnowledgeError, Writer, insert, new, title},
    pages::{host_of, is_of_site, parse_url},
};

pub use worker::Crawler;

/// What somebody waits for goes before what is due.
const AT_ONCE: Millis = Millis(0);
/// Addresses of a site that are to stay away, at most: the oldest are forgotten.
const MOST_EXCLUDED: usize = 2_000;

/// Has a bot learn from a page, or from all pages of a site.
pub async fn add(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    kind: KnowledgeKind,
    url: &Url,
    schedule: CrawlSchedule,
) -> Result<Uuid, KnowledgeError> {
    if knowledge::is_known(conn, tenant, bot, kind, url.as_str()).await? {
        return Err(KnowledgeError::Known);
    }
    let name = if kind == KnowledgeKind::Site { host_of(url) } else { url.as_str() };
    let item = Item { title: title(name), content: String::new() };
    let item = Knowledge { source: Some(url.to_string()), ..new(now, Writer::WEB, tenant, bot, kind, item) };
    let item = insert(conn, item).await?;
    crawl::insert(conn, tenant, item.id, host_of(url), Some(schedule), AT_ONCE).await?;
    Ok(item.id)
}

/// Has a page, or a site with its pages, read now.
pub async fn read_again(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<(), KnowledgeError> {
    let item = locked(conn, tenant, bot, id).await?;
    item.state.ok_or(KnowledgeError::NoPage)?;
    Ok(crawl::ask(conn, tenant, id, AT_ONCE).await?)
}

/// Says how often a page or site is read.
pub async fn set_schedule(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
    schedule: CrawlSchedule,
) -> Result<(), KnowledgeError> {
    let item = locked(conn, tenant, bot, id).await?;
    if item.schedule.is_none() {
        let message = "is that of a web page by itself, or of a site";
        return Err(InvalidSetting { field: "schedule", message }.into());
    }
    let due = schedule::after(Some(schedule), id, item.item.read_at.unwrap_or(now));
    Ok(crawl::set_schedule(conn, tenant, id, schedule, due.map(|due| due.max(now))).await?)
}

/// The sites of a bot that may name a page: its own, or, of a page that somebody has named by hand, all those that it is of.
pub(crate) async fn sites_of(conn: &mut Conn<'_>, page: &Knowledge) -> Result<Vec<Uuid>, KnowledgeError> {
    if page.kind != KnowledgeKind::Page || page.parent_id.is_some() {
        return Ok(page.parent_id.into_iter().collect());
    }
    let Some(url) = page.source.as_deref().and_then(parse_url) else { return Ok(Vec::new()) };
    let sites = knowledge::sites(conn, page.tenant_id, page.bot_id).await?.into_iter();
    Ok(sites.filter(|it| parse_url(&it.source).is_some_and(|site| is_of_site(&site, &url))).map(|it| it.id).collect())
}

/// A page that somebody has deleted does not come back with a site.
pub(crate) async fn exclude(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    site: Uuid,
    url: Option<&str>,
) -> Result<(), KnowledgeError> {
    let (Some(url), Some(crawl)) = (url, crawl::get(conn, tenant, site).await?) else { return Ok(()) };
    let mut excluded = crawl.excluded.0;
    excluded.retain(|it| it != url);
    excluded.push(url.to_owned());
    let first = excluded.len().saturating_sub(MOST_EXCLUDED);
    Ok(crawl::set_excluded(conn, tenant, site, excluded.split_off(first)).await?)
}

async fn locked(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Listed, KnowledgeError> {
    knowledge::lock(conn, tenant, id).await?;
    knowledge::listed(conn, tenant, bot, id).await?.ok_or(KnowledgeError::NotFound)
}
