//! What is counted: messages, turns and waits.
//!
//! A quarter of an hour is counted once, by a worker, a little after it is over; what has happened since is counted when
//! somebody asks. So a month is a few thousand small rows, however much was said in it.

use std::time::Duration;

use switchboard_store::{
    Conn, Db, Durability, Millis, Result, Scope, TenantId,
    usage::{self, Counts, Slot, Span},
};
use uuid::Uuid;

/// A message that is written at the end of a quarter of an hour is committed by then.
const SETTLED: Duration = Duration::from_mins(2);
/// Counted in one transaction, at most.
const BATCH: i64 = 4;
/// Where nothing has been counted yet, it is begun so long ago.
const LOOKS_BACK: Duration = Duration::from_hours(31 * 24);

/// What happened in one of the spans that were asked for, on one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Its place among the spans.
    pub span: usize,
    pub number_id: Uuid,
    pub counts: Counts,
    pub failed: i64,
}

/// Counts what is over and not counted yet, some of it; whether there is more.
pub async fn roll_up(db: &Db, now: Millis) -> Result<bool> {
    let over = Slot::of(now - SETTLED);
    let mut tx = db.read(Scope::System).await?;
    let waits = usage::progress(&mut tx.conn()).await?.is_none_or(|next| next < over);
    drop(tx);
    if !waits {
        return Ok(false);
    }
    let mut tx = db.write_with(Scope::System, Durability::Soon).await?;
    let conn = &mut tx.conn();
    let Some(progress) = usage::take_progress(conn).await? else { return Ok(false) };
    let first = match progress {
        Some(next) => next,
        None => begin(conn, now, over).await?,
    };
    let next = Slot((first.0 + BATCH).min(over.0)).max(first);
    let counted = usage::count(conn, None, Span { first, next }).await?;
    usage::insert(conn, &counted).await?;
    usage::save_progress(conn, next).await?;
    tx.commit().await?;
    Ok(next < over)
}

/// Where to begin: with the first tenant, but not too long ago.
async fn begin(conn: &mut Conn<'_>, now: Millis, over: Slot) -> Result<Slot> {
    let oldest = usage::oldest_tenant(conn).await?.map_or(over, Slot::of);
    Ok(oldest.max(Slot::of(now - LOOKS_BACK)).min(over))
}

/// What happened to a tenant in these spans up to now, number by number; where nothing happened, nothing is told.
pub async fn of_tenant(conn: &mut Conn<'_>, tenant: TenantId, spans: &[Span], now: Millis) -> Result<Vec<Used>> {
    let mut used: Vec<Used> = Vec::new();
    for summed in usage::sum(conn, tenant, spans).await? {
        entry(&mut used, place(summed.span), summed.number_id).counts.add(&summed.counts);
    }
    let begin = spans.iter().map(|span| span.first).min();
    // What is counted already is not counted again.
    let first = begin.max(begin.and(usage::progress(conn).await?));
    if let Some(first) = first {
        for counted in usage::count(conn, Some(tenant), Span { first, next: Slot::of(now).next() }).await? {
            if let Some(span) = spans.iter().position(|span| span.contains(counted.slot)) {
                entry(&mut used, span, counted.number_id).counts.add(&counted.counts);
            }
        }
    }
    for failures in usage::failed(conn, tenant, spans).await? {
        let of_number = entry(&mut used, place(failures.span), failures.number_id);
        of_number.failed += failures.failed;
        // Meta charges for what was delivered, and counts no more among those that are free.
        of_number.counts.service = (of_number.counts.service - failures.service).max(0);
    }
    used.sort_by_key(|it| (it.span, it.number_id));
    Ok(used)
}

fn place(span: i64) -> usize {
    usize::try_from(span).unwrap_or(usize::MAX)
}

fn entry(used: &mut Vec<Used>, span: usize, number_id: Uuid) -> &mut Used {
    let found = used.iter().position(|it| it.span == span && it.number_id == number_id);
    let at = found.unwrap_or_else(|| {
        used.push(Used { span, number_id, counts: Counts::default(), failed: 0 });
        used.len() - 1
    });
    &mut used[at]
}
