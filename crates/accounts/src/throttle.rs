//! Slows guessing down: after some failures each further attempt has to wait, twice as long every time.
//!
//! In memory and per process: with several replicas an attacker gets as many tries as there are replicas, which is
//! still far too few.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_store::Millis;

/// Attempts that cost no wait.
const FREE: u32 = 5;
/// An entry is forgotten this long after its last attempt.
const FORGET: Duration = Duration::from_hours(1);
/// Entries kept at most: memory stays bounded whoever knocks.
const ENTRIES: usize = 20_000;

#[derive(Debug, Clone, Copy)]
struct Entry {
    failures: u32,
    last: Millis,
    blocked_until: Millis,
}

/// Counts failed attempts by key. Every attempt counts as failed until it is forgiven: many at once gain nothing.
#[derive(Debug)]
pub(crate) struct Throttle {
    longest: Duration,
    entries: Mutex<HashMap<String, Entry>>,
}

impl Throttle {
    /// No wait is longer than `longest`.
    pub(crate) fn new(longest: Duration) -> Self {
        Self { longest, entries: Mutex::default() }
    }

    /// Counts an attempt, or says how long to wait before the next.
    pub(crate) fn attempt(&self, key: &str, now: Millis) -> Result<(), Duration> {
        let mut entries = self.lock();
        make_room(&mut entries, now);
        let entry = entries.entry(key.to_owned()).or_insert(Entry { failures: 0, last: now, blocked_until: now });
        if entry.last + FORGET <= now {
            entry.failures = 0;
        }
        if entry.blocked_until > now {
            return Err(entry.blocked_until.saturating_since(now));
        }
        entry.failures = entry.failures.saturating_add(1);
        entry.last = now;
        if let Some(over) = entry.failures.checked_sub(FREE) {
            entry.blocked_until = now + self.longest.min(Duration::from_secs(1 << over.min(30)));
        }
        Ok(())
    }

    /// The attempt was right after all: takes it back.
    pub(crate) fn forgive(&self, key: &str, now: Millis) {
        if let Some(entry) = self.lock().get_mut(key) {
            entry.failures = entry.failures.saturating_sub(1);
            entry.blocked_until = now;
        }
    }

    /// Forgets all attempts.
    pub(crate) fn clear(&self, key: &str) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops what is forgotten anyway; failing that, the half that is the longest ago.
fn make_room(entries: &mut HashMap<String, Entry>, now: Millis) {
    if entries.len() < ENTRIES {
        return;
    }
    entries.retain(|_, entry| entry.last + FORGET > now);
    if entries.len() >= ENTRIES {
        let mut times: Vec<Millis> = entries.values().map(|entry| entry.last).collect();
        let (_, median, _) = times.select_nth_unstable(ENTRIES / 2);
        let median = *median;
        entries.retain(|_, entry| entry.last > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn five_attempts_are_free_and_then_each_wait_doubles() {
        let throttle = Throttle::new(seconds(60));
        let mut now = NOW;
        for _ in 0..5 {
            assert_eq!(throttle.attempt("a", now), Ok(()));
        }
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(throttle.attempt("a", now), Err(seconds(wait)));
            now = now + seconds(wait);
            assert_eq!(throttle.attempt("a", now), Ok(()));
        }
    }

    #[test]
    fn keys_do_not_wait_for_each_other_and_success_clears_one() {
        let throttle = Throttle::new(seconds(60));
        for _ in 0..5 {
            throttle.attempt("a", NOW).unwrap();
        }
        assert!(throttle.attempt("a", NOW).is_err());
        assert!(throttle.attempt("b", NOW).is_ok());
        throttle.clear("a");
        assert!(throttle.attempt("a", NOW).is_ok());
    }

    #[test]
    fn forgiven_attempts_do_not_add_up() {
        let throttle = Throttle::new(seconds(60));
        for _ in 0..50 {
            throttle.attempt("a", NOW).unwrap();
            throttle.forgive("a", NOW);
        }
    }

    #[test]
    fn an_hour_of_quiet_is_forgotten() {
        let throttle = Throttle::new(seconds(60));
        for _ in 0..5 {
            throttle.attempt("a", NOW).unwrap();
        }
        let later = NOW + FORGET;
        for _ in 0..5 {
            throttle.attempt("a", later).unwrap();
        }
        assert!(throttle.attempt("a", later).is_err());
    }

    #[test]
    fn memory_stays_bounded() {
        let throttle = Throttle::new(seconds(60));
        for i in 0..3 * ENTRIES {
            let now = Millis(NOW.0 + i64::try_from(i).unwrap());
            throttle.attempt(&i.to_string(), now).unwrap();
        }
        assert!(throttle.lock().len() <= ENTRIES);
        for i in 0..=ENTRIES {
            throttle.attempt(&format!("at once {i}"), NOW + seconds(3600 * 24)).unwrap();
        }
        assert!(throttle.lock().len() <= ENTRIES);
    }
}
