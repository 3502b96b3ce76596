use std::{
    fmt::Debug,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use uuid::{ContextV7, Timestamp, Uuid};

use crate::Millis;

/// Where the program gets its time from. Tests put in a clock they can move.
pub trait Clock: Debug + Send + Sync + 'static {
    fn now(&self) -> Millis;
}

pub type SharedClock = Arc<dyn Clock>;

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters the program")]
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(now: Millis) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now.0)))
    }

    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

/// Below every id that [`new_id`] makes at or after `at`, and above those it made before.
pub(crate) fn first_id(at: Millis) -> Uuid {
    let millis = u128::try_from(at.0).unwrap_or(0) & 0xffff_ffff_ffff;
    // The version and the variant of UUIDv7, and zeros.
    Uuid::from_u128(millis << 80 | 0x7000 << 64 | 1 << 63)
}

/// A new `UUIDv7` for something that happens `now`. Ids made by one process ascend, also within a millisecond.
pub fn new_id(now: Millis) -> Uuid {
    static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let millis = u64::try_from(now.0).unwrap_or(0);
    let nanos = u32::try_from(millis % 1000 * 1_000_000).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(&*context, millis / 1000, nanos))
}

/// Below every id that [`new_id`] makes at `moment` or later, and above every one of before.
pub fn first_id_of(moment: Millis) -> Uuid {
    let millis = u128::try_from(moment.0).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_divides_ids_into_before_and_after() {
        let moment = Millis(1_700_000_000_123);
        assert!(new_id(Millis(moment.0 - 1)) < first_id_of(moment));
        assert!(first_id_of(moment) < new_id(moment));
    }
}
