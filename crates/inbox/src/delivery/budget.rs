//! Meta's rate limits, as a generic cell rate algorithm over two times kept in the database: one for each number, one
//! for each pair of number and customer (whatsapp limits: 80 messages a second for a number, 20 with the phone app in
//! use; one message in six seconds to one customer, of which 45 may be borrowed).

use switchboard_store::Millis;

/// How often, and how much at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    interval_ms: i64,
    tolerance_ms: i64,
}

impl Rate {
    pub(super) const PAIR: Self = Self { interval_ms: 6_000, tolerance_ms: 44 * 6_000 };

    /// Rounded up to whole milliseconds, so that the limit is never exceeded; a tenth of a second's worth at once.
    pub(super) fn per_second(messages: i64) -> Self {
        let messages = messages.max(1);
        Self { interval_ms: (1_000 + messages - 1) / messages, tolerance_ms: 100 }
    }

    /// Takes one message from the budget whose state is `free_at`, or says when there will be one.
    pub(super) fn take(self, free_at: &mut Millis, now: Millis) -> Result<(), Millis> {
        let start = (*free_at).max(now);
        let wait = start.0 - now.0 - self.tolerance_ms;
        if wait > 0 {
            return Err(Millis(now.0 + wait));
        }
        *free_at = Millis(start.0 + self.interval_ms);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pair_may_borrow_45_messages_and_then_gets_one_in_six_seconds() {
        let (mut free_at, now) = (Millis(0), Millis(1_000_000));
        let sent = (0..100).filter(|_| Rate::PAIR.take(&mut free_at, now).is_ok()).count();
        assert_eq!(sent, 45);
        assert_eq!(Rate::PAIR.take(&mut free_at, now), Err(Millis(now.0 + 6_000)));
        assert_eq!(Rate::PAIR.take(&mut free_at, Millis(now.0 + 6_000)), Ok(()));
    }

    proptest! {
        #[test]
        fn no_second_ever_exceeds_the_limit_by_more_than_the_tolerance(
            limit in 1_i64..=1_000,
            steps in proptest::collection::vec(0_i64..50, 1..400),
        ) {
            let rate = Rate::per_second(limit);
            let (mut free_at, mut now, mut sent) = (Millis(0), Millis(1_000_000), Vec::new());
            for step in steps {
                now = Millis(now.0 + step);
                if rate.take(&mut free_at, now).is_ok() {
                    sent.push(now.0);
                }
            }
            for (first, at) in sent.iter().enumerate() {
                let within = sent[first..].iter().take_while(|t| **t < at + 1_000).count();
                prop_assert!(i64::try_from(within).unwrap() <= limit + limit / 10 + 2, "{within} in a second at {limit}");
            }
        }
    }
}
