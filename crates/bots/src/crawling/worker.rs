//! Reading what is due. Whoever reads something holds it by a lease, and its host with it, so that one is asked by one at a
//! time, whosever pages they are. What is recorded stays recorded; what was cut short is read by the next.

use std::{collections::HashSet, time::Duration};

use switchboard_store::{
    Conn, Db, DueWork, KnowledgeKind, Millis, Notifier, PageProblem, Result, Scope, SharedClock, Signal, Workers, bot,
    crash_point,
    crawl::{self, Crawl, Finished},
    hold,
    knowledge::{self, Knowledge, PageAddress},
};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::schedule;
use crate::{
    knowledge::{Item, MAX_ITEMS, Writer, has_room, new, revise, title},
    pages::{Errand, Names, Pages, Read, Tour, host_of, parse_url},
};

/// Without news, another takes it up after this.
const LEASE: Duration = Duration::from_secs(15);
/// Pages that a process reads at a time, each of another host.
const AT_ONCE: usize = 4;
/// Of one tenant at a time.
const PER_TENANT: i64 = 2;
/// What is not read by then ends the process each time, or nearly: it is left until its time comes.
const TRIES: i64 = 5;

/// Reads pages and sites. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Crawler {
    db: Db,
    clock: SharedClock,
    notifier: Notifier,
    pages: Pages,
}

impl DueWork for Crawler {
    type Claimed = Crawl;

    async fn is_due(&self) -> Result<bool> {
        let mut tx = self.db.read(Scope::System).await?;
        Ok(crawl::candidate(&mut tx.conn(), self.clock.now(), PER_TENANT).await?.is_some())
    }

    async fn claim(&self) -> Result<Option<Crawl>> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::System).await?;
        let conn = &mut tx.conn();
        let Some(candidate) = crawl::candidate(conn, now, PER_TENANT).await? else { return Ok(None) };
        let claimed = crawl::claim(conn, &candidate, now, now + LEASE).await?;
        if claimed.is_some() {
            tx.commit().await?;
        }
        Ok(claimed)
    }

    async fn work(&self, crawl: &Crawl, stop: &CancellationToken) -> Result<()> {
        let pause = tokio::select! {
            done = self.read(crawl) => done?,
            () = hold(LEASE, crawl.item_id, || self.keep(crawl)) => return Ok(()),
            () = stop.cancelled() => {
                self.give_back(crawl).await?;
                self.pages.pause
            }
        };
        let mut tx = self.db.write(Scope::System).await?;
        crawl::free_host(&mut tx.conn(), &crawl.host, self.clock.now() + pause).await?;
        tx.commit().await?;
        // Of one host, and of one tenant, the next may be read now.
        self.notifier.notify(Signal::Crawl);
        Ok(())
    }
}

impl Crawler {
    pub fn new(db: Db, clock: SharedClock, notifier: Notifier, pages: Pages) -> Self {
        Self { db, clock, notifier, pages }
    }

    /// Works until `stop`; what is under way then is given back.
    pub async fn run(&self, stop: CancellationToken) {
        Workers::new(self.clone(), self.notifier.clone(), Signal::Crawl, AT_ONCE).run(stop).await;
    }

    /// `false`: somebody else has it, it is gone, or its tenant has been suspended.
    async fn keep(&self, crawl: &Crawl) -> Result<bool> {
        let mut tx = self.db.write(Scope::System).await?;
        let kept = crawl::keep(&mut tx.conn(), crawl, self.clock.now() + LEASE).await?;
        if kept {
            tx.commit().await?;
        }
        Ok(kept)
    }

    async fn give_back(&self, crawl: &Crawl) -> Result<()> {
        let mut tx = self.db.write(Scope::Tenant(crawl.tenant_id)).await?;
        crawl::give_back(&mut tx.conn(), crawl, self.clock.now()).await?;
        tx.commit().await
    }

    /// How long its host is to be left alone now.
    async fn read(&self, crawl: &Crawl) -> Result<Duration> {
        let mut tx = self.db.read(Scope::Tenant(crawl.tenant_id)).await?;
        let conn = &mut tx.conn();
        let Some(item) = knowledge::by_id(conn, crawl.tenant_id, crawl.item_id).await? else {
            return Ok(self.pages.pause);
        };
        let site = match item.parent_id {
            Some(site) => knowledge::by_id(conn, crawl.tenant_id, site).await?,
            None => None,
        };
        drop(tx);
        let Some(url) = item.source.as_deref().and_then(parse_url) else {
            self.record_page(crawl, Err(PageProblem::Address)).await?;
            return Ok(self.pages.pause);
        };
        self.read_item(crawl, &item, site, &url).await?;
        Ok(self.pages.pause_of(&url).await)
    }

    async fn read_item(&self, crawl: &Crawl, item: &Knowledge, site: Option<Knowledge>, url: &Url) -> Result<()> {
        if crawl.tries > TRIES {
            return match item.kind {
                KnowledgeKind::Site => self.record_site(crawl, Err(PageProblem::Timeout)).await,
                _ => self.record_page(crawl, Err(PageProblem::Timeout)).await,
            };
        }
        if item.kind == KnowledgeKind::Site {
            return self.record_site(crawl, self.pages.tour(url).await).await;
        }
        let known = if item.content.is_empty() {
            Names::default()
        } else {
            Names { etag: crawl.etag.clone(), last_modified: crawl.last_modified.clone() }
        };
        let site = site.and_then(|site| parse_url(site.source.as_deref()?));
        let read = self.pages.read(&Errand { tenant: crawl.tenant_id, url: url.clone(), known, site }).await;
        self.record_page(crawl, read).await
    }

    async fn record_page(&self, crawl: &Crawl, read: Result<Read, PageProblem>) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::Tenant(crawl.tenant_id)).await?;
        let conn = &mut tx.conn();
        let Some((before, latest)) = current(conn, crawl).await? else { return Ok(()) };
        let read = if fits(conn, &before, &read).await? { read } else { Err(PageProblem::Full) };
        let end = end(&latest, now, read.as_ref().err().copied());
        let end = match &read {
            Ok(Read::Said(_, names)) => {
                Finished { etag: names.etag.clone(), last_modified: names.last_modified.clone(), ..end }
            }
            _ => Finished { etag: crawl.etag.clone(), last_modified: crawl.last_modified.clone(), ..end },
        };
        if !crawl::finish(conn, crawl, &end).await? {
            return Ok(());
        }
        let (tenant, bot, was_empty) = (before.tenant_id, before.bot_id, before.content.is_empty());
        let after = page_after(before, now, read);
        let outcome = match after.problem {
            Some(problem) => problem.as_str(),
            None if after.changed_at == Some(now) => "changed",
            None => "same",
        };
        metrics::counter!("switchboard_pages_read_total", "outcome" => outcome).increment(1);
        if after.changed_at != Some(now) {
            knowledge::update(conn, &after).await?;
        } else if was_empty {
            // Its first text, before which it said nothing.
            knowledge::update(conn, &after).await?;
            bot::touch_knowledge(conn, tenant, bot, now).await?;
        } else {
            revise(conn, Writer::WEB, after).await?;
        }
        tx.commit().await?;
        crash_point("crawl.recorded");
        Ok(())
    }

    /// The pages that the site names become items, and those it does not name any more go.
    async fn record_site(&self, crawl: &Crawl, tour: Result<Tour, PageProblem>) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::Tenant(crawl.tenant_id)).await?;
        let conn = &mut tx.conn();
        let Some((site, latest)) = current(conn, crawl).await? else { return Ok(()) };
        let problem = tour.as_ref().err().copied();
        let mut end = end(&latest, now, problem);
        end.left_out = latest.left_out;
        if let Ok(tour) = tour {
            end.left_out = settle(conn, now, &site, &latest, tour).await?;
        }
        if !crawl::finish(conn, crawl, &end).await? {
            // What was settled is not: the transaction is not committed.
            return Ok(());
        }
        let read_at = if problem.is_none() { Some(now) } else { site.read_at };
        knowledge::update(conn, &Knowledge { problem, read_at, ..site }).await?;
        tx.commit().await?;
        crash_point("crawl.site_recorded");
        Ok(())
    }
}

/// The item and when it is read, as they are now and stay until the transaction ends. `None`: somebody else reads it, or it
/// is gone.
async fn current(conn: &mut Conn<'_>, crawl: &Crawl) -> Result<Option<(Knowledge, Crawl)>> {
    let item = knowledge::lock(conn, crawl.tenant_id, crawl.item_id).await?;
    let now = crawl::get(conn, crawl.tenant_id, crawl.item_id).await?;
    Ok(item.zip(now.filter(|now| now.attempts == crawl.attempts)))
}

/// Whether the bot may know what was read.
async fn fits(conn: &mut Conn<'_>, before: &Knowledge, read: &Result<Read, PageProblem>) -> Result<bool> {
    match read {
        Ok(Read::Said(document, _)) => {
            has_room(conn, before.tenant_id, before.bot_id, &before.content, &document.text).await
        }
        Ok(Read::Same) | Err(_) => Ok(true),
    }
}

fn end(crawl: &Crawl, now: Millis, problem: Option<PageProblem>) -> Finished {
    let (schedule, id) = (crawl.schedule, crawl.item_id);
    match problem {
        None => Finished { due_at: schedule::after(schedule, id, now), ..Finished::default() },
        Some(problem) => {
            let failures = crawl.failures + 1;
            let due_at = schedule::after_failure(schedule, id, now, problem, failures);
            Finished { due_at, failures, ..Finished::default() }
        }
    }
}

/// What is known of a page once it was read, or could not be.
fn page_after(before: Knowledge, now: Millis, read: Result<Read, PageProblem>) -> Knowledge {
    match read {
        Err(problem) => Knowledge { problem: Some(problem), ..before },
        Ok(Read::Same) => Knowledge { problem: None, read_at: Some(now), ..before },
        Ok(Read::Said(document, _)) => {
            // Until somebody names it, or it names itself, a page is called by its address.
            let is_unnamed = before.source.as_deref().is_some_and(|source| title(source) == before.title);
            let named = document.title.filter(|_| is_unnamed).map(|name| title(&name));
            let is_new = document.text != before.content || named.is_some();
            Knowledge {
                title: named.unwrap_or(before.title),
                content: document.text,
                problem: None,
                read_at: Some(now),
                changed_at: if is_new { Some(now) } else { before.changed_at },
                updated_at: if is_new { now } else { before.updated_at },
                ..before
            }
        }
    }
}

/// Brings the pages of a site in step with what it names; how many of these are left out.
async fn settle(conn: &mut Conn<'_>, now: Millis, site: &Knowledge, crawl: &Crawl, tour: Tour) -> Result<i64> {
    let (tenant, bot) = (site.tenant_id, site.bot_id);
    let excluded: HashSet<&str> = crawl.excluded.iter().map(String::as_str).collect();
    let named: Vec<&Url> = tour.pages.iter().filter(|url| !excluded.contains(url.as_str())).collect();
    let addresses: HashSet<&str> = named.iter().map(|url| url.as_str()).collect();
    let known = knowledge::site_pages(conn, tenant, site.id).await?;
    let is_gone = |page: &&PageAddress| tour.is_whole && !addresses.contains(page.source.as_str());
    let gone: Vec<&PageAddress> = known.iter().filter(is_gone).collect();
    for page in &gone {
        knowledge::delete(conn, tenant, bot, page.id).await?;
    }
    crawl::ask_pages(conn, tenant, site.id, now).await?;
    // What somebody has named by hand is read as they said.
    let by_hand = knowledge::own_pages(conn, tenant, bot).await?;
    let known: HashSet<&str> = known.iter().chain(&by_hand).map(|page| page.source.as_str()).collect();
    let added: Vec<&Url> = named.into_iter().filter(|url| !known.contains(url.as_str())).collect();
    let room = usize::try_from(MAX_ITEMS - knowledge::count(conn, tenant, bot).await?).unwrap_or(0);
    for url in added.iter().take(room) {
        let item = Item { title: title(url.as_str()), content: String::new() };
        let item = new(now, Writer::WEB, tenant, bot, KnowledgeKind::Page, item);
        let item = Knowledge { source: Some(url.to_string()), parent_id: Some(site.id), ..item };
        knowledge::insert(conn, &item).await?;
        crawl::insert(conn, tenant, item.id, host_of(url), None, now).await?;
    }
    if !gone.is_empty() {
        bot::touch_knowledge(conn, tenant, bot, now).await?;
    }
    let left_out = tour.left_out + added.len().saturating_sub(room);
    Ok(i64::try_from(left_out).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use switchboard_store::TenantId;
    use uuid::Uuid;

    use super::*;
    use crate::reading::Document;

    const NOW: Millis = Millis(5);

    fn page(content: &str) -> Knowledge {
        let item = Item { title: "https://a.example/".into(), content: content.into() };
        let item = new(Millis(1), Writer::WEB, TenantId(Uuid::nil()), Uuid::nil(), KnowledgeKind::Page, item);
        Knowledge { source: Some("https://a.example/".into()), ..item }
    }

    fn said(title: Option<&str>, text: &str) -> Read {
        Read::Said(Document { title: title.map(str::to_owned), text: text.into() }, Names::default())
    }

    #[test]
    fn what_a_page_says_anew_has_changed_and_the_rest_has_not() {
        let first = page_after(page(""), NOW, Ok(said(Some("About"), "Rye.")));
        assert_eq!((first.title.as_str(), first.content.as_str(), first.changed_at), ("About", "Rye.", Some(NOW)));
        let again = page_after(first.clone(), Millis(9), Ok(said(Some("About us"), "Rye.")));
        assert_eq!((again.changed_at, again.read_at, again.title.as_str()), (Some(NOW), Some(Millis(9)), "About"));
        let same = page_after(first.clone(), Millis(9), Ok(Read::Same));
        assert_eq!((same.changed_at, same.read_at), (Some(NOW), Some(Millis(9))));
        let failed = page_after(first, Millis(9), Err(PageProblem::Status));
        assert_eq!(
            (failed.content.as_str(), failed.read_at, failed.problem),
            ("Rye.", Some(NOW), Some(PageProblem::Status))
        );
    }
}
