//! How a tenant is doing: what happened in the last days, and what waits now.

use std::time::Duration;

use switchboard_store::{
    Conn, Day, Millis, Result, TenantId, Zone, conversation,
    usage::{Counts, Slot, Span},
};
use uuid::Uuid;

use crate::usage;

const HOUR: Duration = Duration::from_hours(1);
/// Conversations are counted up to this: nobody reads a larger number closely, and counting is work.
pub const COUNTED: i64 = 10_000;

/// Which time an overview is of. It ends now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Hour by hour.
    Today,
    /// The last so many days, today being the last of them.
    Days(u16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The oldest first, also those in which nothing happened.
    pub points: Vec<Point>,
    pub total: Counts,
    pub failed: i64,
    /// In which customers have written; at most [`COUNTED`].
    pub conversations: i64,
    /// Where a customer waits for a person, or a person has to look, now; at most [`COUNTED`].
    pub waiting: i64,
}

/// An hour, or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub from: Millis,
    pub counts: Counts,
    pub failed: i64,
}

/// What happened on a day on a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayOfNumber {
    pub day: Day,
    pub number_id: Uuid,
    pub counts: Counts,
    pub failed: i64,
}

pub async fn overview(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    zone: &Zone,
    range: Range,
    now: Millis,
) -> Result<Overview> {
    let spans = spans(zone, range, now);
    let empty = |span: &Span| Point { from: span.first.start(), counts: Counts::default(), failed: 0 };
    let mut points: Vec<Point> = spans.iter().map(empty).collect();
    let (mut total, mut failed) = (Counts::default(), 0);
    for used in usage::of_tenant(conn, tenant, &spans, now).await? {
        total.add(&used.counts);
        failed += used.failed;
        if let Some(point) = points.get_mut(used.span) {
            point.counts.add(&used.counts);
            point.failed += used.failed;
        }
    }
    let begins = points.first().map_or(now, |point| point.from);
    let conversations = conversation::written_since(conn, tenant, begins, COUNTED).await?;
    let waiting = conversation::counts(conn, tenant, Uuid::nil(), COUNTED).await?.waiting;
    Ok(Overview { points, total, failed, conversations, waiting })
}

/// What happened on the last days, number by number, the newest day first; where nothing happened, nothing is told.
pub async fn days(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    zone: &Zone,
    days: u16,
    now: Millis,
) -> Result<Vec<DayOfNumber>> {
    let spans = spans(zone, Range::Days(days), now);
    let used = usage::of_tenant(conn, tenant, &spans, now).await?;
    let day = |span: usize| spans.get(span).map(|span| zone.local(span.first.start()).day);
    let of_day = |it: usage::Used| {
        Some(DayOfNumber { day: day(it.span)?, number_id: it.number_id, counts: it.counts, failed: it.failed })
    };
    let mut days: Vec<_> = used.into_iter().filter_map(of_day).collect();
    days.sort_by_key(|it| (std::cmp::Reverse(it.day), it.number_id));
    Ok(days)
}

/// What has been said by each number since the month began, through WhatsApp's API and without templates; numbers that have
/// said nothing are left out.
pub async fn service_messages(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    zone: &Zone,
    now: Millis,
) -> Result<Vec<(Uuid, i64)>> {
    let begins = Slot::of(zone.start(zone.local(now).day.first_of_month()));
    let month = Span { first: begins, next: Slot::of(now).next() };
    let used = usage::of_tenant(conn, tenant, &[month], now).await?;
    Ok(used.into_iter().map(|it| (it.number_id, it.counts.service)).filter(|(_, count)| *count > 0).collect())
}

fn spans(zone: &Zone, range: Range, now: Millis) -> Vec<Span> {
    let today = zone.local(now).day;
    let span = |from: Millis, to: Millis| Span { first: Slot::of(from), next: Slot::of(to) };
    match range {
        Range::Today => {
            let (begins, ends) = (zone.start(today), zone.start(today.plus(1)));
            let hours = (0..).map(|hour| begins + HOUR * hour).take_while(|hour| *hour < ends);
            hours.map(|hour| span(hour, (hour + HOUR).min(ends))).collect()
        }
        Range::Days(days) => {
            let days = (0..i64::from(days)).rev().map(|back| today.plus(-back));
            days.map(|day| span(zone.start(day), zone.start(day.plus(1)))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_place_and_touch_each_other() {
        let zone = Zone::parse("Asia/Kathmandu").unwrap();
        let now = Millis::from_rfc3339("2026-03-02T20:00:00Z").unwrap();
        let week = spans(&zone, Range::Days(7), now);
        assert_eq!(week.len(), 7);
        assert!(week.windows(2).all(|pair| pair[0].next == pair[1].first));
        // Midnight there is a quarter past six in the evening in UTC.
        assert_eq!(week[6].first.start(), Millis::from_rfc3339("2026-03-02T18:15:00Z").unwrap());
        assert_eq!(spans(&zone, Range::Today, now).len(), 24);
    }

    #[test]
    fn the_day_on_which_the_clocks_go_forward_has_an_hour_less() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let now = Millis::from_rfc3339("2026-03-29T10:00:00Z").unwrap();
        assert_eq!(spans(&zone, Range::Today, now).len(), 23);
    }
}
