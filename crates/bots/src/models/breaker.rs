//! A model that keeps failing is left alone for a while, so that nobody waits for it again and again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_store::{Millis, Purpose};

use crate::model::ModelError;

/// So many failures in a row, and it rests.
const FAILURES: u32 = 5;
/// Doubled each time that it fails when it is asked again.
const SHORTEST_REST: Duration = Duration::from_secs(15);
const LONGEST_REST: Duration = Duration::from_mins(5);
/// Models of one server that fail, at most: whoever may name any could name new ones for ever.
const FAILING: usize = 200;

/// Of one server, in one process. Each of its models stands for itself: one that nobody has heard of, or that is overloaded,
/// keeps nobody from another. So does each purpose: who cannot hear may answer.
#[derive(Debug, Default)]
pub(super) struct Breakers {
    /// Of those that have failed since their last answer.
    failing: Mutex<HashMap<(Purpose, String), State>>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// In a row.
    failures: u32,
    rests_until: Option<Millis>,
    /// Since it began to rest: one was let through to see.
    is_probed: bool,
    failed_at: Millis,
}

impl State {
    /// One more in a row. `wished`: how long the server wants to be left alone.
    fn fail(&mut self, now: Millis, wished: Duration) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES {
            let rest = SHORTEST_REST * 2_u32.saturating_pow((self.failures - FAILURES).min(10));
            (self.rests_until, self.is_probed) = (Some(now + rest.min(LONGEST_REST).max(wished)), false);
        }
    }
}

impl Breakers {
    /// Lets a request through, or says how long there is to wait. After a rest one is let through to see; the others
    /// wait for what comes of it.
    pub(super) fn admit(&self, purpose: Purpose, model: &str, now: Millis) -> Result<(), Duration> {
        let mut failing = self.lock();
        let Some(state) = failing.get_mut(&(purpose, model.to_owned())) else { return Ok(()) };
        match state.rests_until {
            Some(until) if until > now => Err(until.saturating_since(now)),
            Some(_) => {
                (state.rests_until, state.is_probed) = (Some(now + SHORTEST_REST), true);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// What came of a request. A refusal is an answer: the server is there, and would refuse again whenever it is asked. What
    /// was under way when it began to rest tells nothing new by failing, too: only who was let through to see does.
    pub(super) fn note(&self, purpose: Purpose, model: &str, now: Millis, error: Option<&ModelError>) {
        let (mut failing, key) = (self.lock(), (purpose, model.to_owned()));
        let Some(error) = error.filter(|error| error.is_retryable()) else {
            failing.remove(&key);
            return;
        };
        if failing.len() >= FAILING && !failing.contains_key(&key) {
            forget_one(&mut failing);
        }
        let state =
            failing.entry(key).or_insert(State { failures: 0, rests_until: None, is_probed: false, failed_at: now });
        state.failed_at = now;
        let wished = error.retry_after().unwrap_or_default().min(LONGEST_REST);
        match state.rests_until {
            Some(until) if !state.is_probed => state.rests_until = Some(until.max(now + wished)),
            _ => state.fail(now, wished),
        }
    }

    /// Until when one of them rests, the longest; `None`: none does.
    pub(super) fn resting(&self, now: Millis) -> Option<Millis> {
        self.lock().values().filter_map(|state| state.rests_until).filter(|until| *until > now).max()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Purpose, String), State>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one that has not been asked for longest.
fn forget_one(failing: &mut HashMap<(Purpose, String), State>) {
    let oldest = failing.iter().min_by_key(|(_, state)| state.failed_at).map(|(key, _)| key.clone());
    if let Some(oldest) = oldest {
        failing.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERING: Purpose = Purpose::Answering;

    fn failed(breakers: &Breakers, model: &str, times: u32, at: Millis) {
        for _ in 0..times {
            breakers.note(ANSWERING, model, at, Some(&ModelError::Timeout));
        }
    }

    #[test]
    fn a_model_that_keeps_failing_rests_and_one_request_sees_whether_it_is_back() {
        let (breakers, now) = (Breakers::default(), Millis(1_000_000));
        failed(&breakers, "m", FAILURES - 1, now);
        assert_eq!(breakers.admit(ANSWERING, "m", now), Ok(()));
        failed(&breakers, "m", 1, now);
        assert_eq!(breakers.admit(ANSWERING, "m", now), Err(SHORTEST_REST));
        let later = now + SHORTEST_REST;
        assert_eq!(breakers.admit(ANSWERING, "m", later), Ok(()), "one sees");
        assert!(breakers.admit(ANSWERING, "m", later).is_err(), "and the others wait for it");
        failed(&breakers, "m", 1, later);
        assert_eq!(breakers.admit(ANSWERING, "m", later), Err(SHORTEST_REST * 2));
        breakers.note(ANSWERING, "m", later, None);
        assert_eq!((breakers.admit(ANSWERING, "m", later), breakers.resting(later)), (Ok(()), None));
    }

    #[test]
    fn no_model_and_no_purpose_rests_for_another() {
        let (breakers, now) = (Breakers::default(), Millis(1_000_000));
        failed(&breakers, "m", FAILURES, now);
        assert_eq!(breakers.admit(ANSWERING, "n", now), Ok(()));
        assert_eq!(breakers.admit(Purpose::Translation, "m", now), Ok(()));
        breakers.note(ANSWERING, "n", now, None);
        assert!(breakers.admit(ANSWERING, "m", now).is_err(), "nor does another's answer wake it");
        assert_eq!(breakers.resting(now), Some(now + SHORTEST_REST));
    }

    #[test]
    fn a_server_that_refuses_is_there() {
        let (breakers, now) = (Breakers::default(), Millis(0));
        for _ in 0..20 {
            breakers.note(ANSWERING, "m", now, Some(&ModelError::Refused { status: 401, code: None }));
        }
        assert_eq!(breakers.admit(ANSWERING, "m", now), Ok(()));
    }

    #[test]
    fn what_was_under_way_when_it_began_to_rest_makes_no_rest_longer() {
        let (breakers, now) = (Breakers::default(), Millis(1_000_000));
        failed(&breakers, "m", 20, now);
        assert_eq!(breakers.admit(ANSWERING, "m", now), Err(SHORTEST_REST));
        let later = now + SHORTEST_REST;
        failed(&breakers, "m", 1, later);
        assert_eq!(breakers.admit(ANSWERING, "m", later), Ok(()), "one sees");
        failed(&breakers, "m", 20, later);
        assert_eq!(breakers.admit(ANSWERING, "m", later), Err(SHORTEST_REST * 2), "and only that one counts");
        let retry_after = Some(SHORTEST_REST * 4);
        let overloaded = ModelError::Unavailable { status: Some(429), code: None, retry_after };
        breakers.note(ANSWERING, "m", later, Some(&overloaded));
        assert_eq!(breakers.admit(ANSWERING, "m", later), Err(SHORTEST_REST * 4), "but the server says how long");
    }

    #[test]
    fn no_rest_is_longer_than_the_longest() {
        let (breakers, mut now) = (Breakers::default(), Millis(0));
        failed(&breakers, "m", FAILURES, now);
        for _ in 0..40 {
            now = now + LONGEST_REST;
            assert_eq!(breakers.admit(ANSWERING, "m", now), Ok(()));
            failed(&breakers, "m", 1, now);
        }
        assert_eq!(breakers.admit(ANSWERING, "m", now), Err(LONGEST_REST));
    }

    #[test]
    fn however_many_fail_no_more_are_remembered_than_there_is_room_for() {
        let (breakers, now) = (Breakers::default(), Millis(0));
        failed(&breakers, "first", FAILURES, now);
        for name in 0..FAILING {
            failed(&breakers, &name.to_string(), FAILURES, now + Duration::from_secs(1));
        }
        assert_eq!(breakers.lock().len(), FAILING);
        assert_eq!(breakers.admit(ANSWERING, "first", now), Ok(()), "the oldest is forgotten");
        assert!(breakers.admit(ANSWERING, "0", now).is_err());
    }
}
