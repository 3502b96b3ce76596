//! When something is read again.

use std::time::Duration;

use switchboard_store::{CrawlSchedule, Millis, PageProblem};
use uuid::Uuid;

/// What may pass by itself is tried again after these, before it is left until its time comes.
const RETRIES: [Duration; 3] = [Duration::from_mins(10), Duration::from_hours(1), Duration::from_hours(6)];

/// After it was read; `None`: not by itself.
pub(super) fn after(schedule: Option<CrawlSchedule>, id: Uuid, now: Millis) -> Option<Millis> {
    let wait = match schedule? {
        CrawlSchedule::Never => return None,
        CrawlSchedule::Daily => Duration::from_hours(24),
        CrawlSchedule::Weekly => Duration::from_hours(7 * 24),
    };
    Some(now + spread(wait, id))
}

/// After it could not be read, `failures` times in a row.
pub(super) fn after_failure(
    schedule: Option<CrawlSchedule>,
    id: Uuid,
    now: Millis,
    problem: PageProblem,
    failures: i64,
) -> Option<Millis> {
    let passes = matches!(problem, PageProblem::Unreachable | PageProblem::Timeout | PageProblem::Status);
    let retry = usize::try_from(failures - 1).ok().and_then(|n| RETRIES.get(n)).filter(|_| passes);
    retry.map(|wait| now + spread(*wait, id)).or_else(|| after(schedule, id, now))
}

/// Up to a tenth earlier, each at its own time: what was added together is not asked for together for ever.
fn spread(wait: Duration, id: Uuid) -> Duration {
    // The end of an id is random.
    let tenths_of_thousandths = u32::from(u16::from_be_bytes([id.as_bytes()[14], id.as_bytes()[15]])) % 1_000;
    wait.saturating_sub(wait / 10_000 * tenths_of_thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000_000);
    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_day_is_a_day_or_a_little_less() {
        let due: Vec<i64> =
            (0..999).map(|n| after(Some(CrawlSchedule::Daily), Uuid::from_u128(n), NOW).unwrap().0).collect();
        assert!(due.iter().all(|due| (NOW.0 + 21 * HOUR..=NOW.0 + 24 * HOUR).contains(due)));
        assert!(due.iter().max() > due.iter().min());
        assert_eq!(after(Some(CrawlSchedule::Never), Uuid::nil(), NOW), None);
        assert_eq!(after(None, Uuid::nil(), NOW), None);
    }

    #[test]
    fn what_may_pass_is_tried_soon_and_then_at_its_time() {
        let failed =
            |problem, failures| after_failure(Some(CrawlSchedule::Weekly), Uuid::nil(), NOW, problem, failures);
        let waits: Vec<_> =
            (1..=4).map(|n| failed(PageProblem::Timeout, n).map(|due| (due.0 - NOW.0) / HOUR)).collect();
        assert_eq!(waits, [Some(0), Some(1), Some(6), Some(7 * 24)]);
        assert_eq!(failed(PageProblem::Robots, 1).map(|due| due.0 - NOW.0), Some(7 * 24 * HOUR));
        assert_eq!(after_failure(None, Uuid::nil(), NOW, PageProblem::Status, 4), None, "it is read with its site");
    }
}
