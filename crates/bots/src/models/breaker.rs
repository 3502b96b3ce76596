//! A server that keeps failing is left alone for a while, so that nobody waits for it again and again.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_store::Millis;

use crate::model::ModelError;

/// So many failures in a row, and it rests.
const FAILURES: u32 = 5;
/// Doubled each time that it fails when it is asked again.
const SHORTEST_REST: Duration = Duration::from_secs(15);
const LONGEST_REST: Duration = Duration::from_mins(5);

/// Of one server, in one process.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default, Clone, Copy)]
struct State {
    /// In a row.
    failures: u32,
    rests_until: Option<Millis>,
}

impl Breaker {
    /// Lets a request through, or says how long there is to wait. After a rest one is let through to see; the others
    /// wait for what comes of it.
    pub(super) fn admit(&self, now: Millis) -> Result<(), Duration> {
        let mut state = self.lock();
        match state.rests_until {
            Some(until) if until > now => Err(until.saturating_since(now)),
            Some(_) => {
                state.rests_until = Some(now + SHORTEST_REST);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// What came of a request. A refusal is an answer: the server is there, and would refuse again whenever it is asked.
    pub(super) fn note(&self, now: Millis, error: Option<&ModelError>) {
        let mut state = self.lock();
        match error {
            Some(error) if error.is_retryable() => {
                state.failures = state.failures.saturating_add(1);
                if state.failures >= FAILURES {
                    let rest = SHORTEST_REST * 2_u32.saturating_pow((state.failures - FAILURES).min(10));
                    state.rests_until = Some(now + rest.max(error.retry_after().unwrap_or_default()).min(LONGEST_REST));
                }
            }
            _ => *state = State::default(),
        }
    }

    /// Until when it rests; `None`: it does not.
    pub(super) fn resting(&self, now: Millis) -> Option<Millis> {
        self.lock().rests_until.filter(|until| *until > now)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(breaker: &Breaker, times: u32, at: Millis) {
        for _ in 0..times {
            breaker.note(at, Some(&ModelError::Timeout));
        }
    }

    #[test]
    fn a_server_that_keeps_failing_rests_and_one_request_sees_whether_it_is_back() {
        let (breaker, now) = (Breaker::default(), Millis(1_000_000));
        failed(&breaker, FAILURES - 1, now);
        assert_eq!(breaker.admit(now), Ok(()));
        failed(&breaker, 1, now);
        assert_eq!(breaker.admit(now), Err(SHORTEST_REST));
        let later = now + SHORTEST_REST;
        assert_eq!(breaker.admit(later), Ok(()), "one sees");
        assert!(breaker.admit(later).is_err(), "and the others wait for it");
        failed(&breaker, 1, later);
        assert_eq!(breaker.admit(later), Err(SHORTEST_REST * 2));
        breaker.note(later, None);
        assert_eq!((breaker.admit(later), breaker.resting(later)), (Ok(()), None));
    }

    #[test]
    fn a_server_that_refuses_is_there() {
        let (breaker, now) = (Breaker::default(), Millis(0));
        for _ in 0..20 {
            breaker.note(now, Some(&ModelError::Refused { status: 401, code: None }));
        }
        assert_eq!(breaker.admit(now), Ok(()));
    }

    #[test]
    fn no_rest_is_longer_than_the_longest() {
        let (breaker, now) = (Breaker::default(), Millis(0));
        failed(&breaker, 1_000, now);
        assert_eq!(breaker.admit(now), Err(LONGEST_REST));
    }
}
