use std::{
    hash::Hash,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};

/// With this many addresses in memory, neighbours are counted together: nobody fills it by having many of them.
const ADDRESSES: usize = 50_000;

/// So many at once, and then as many in each window, evenly (a cell rate algorithm).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Policy {
    /// As clients see it: letters and dashes.
    pub(super) name: &'static str,
    pub(super) quota: u32,
    pub(super) window: Duration,
}

impl Policy {
    pub(super) const fn new(name: &'static str, quota: u32, window: Duration) -> Self {
        Self { name, quota, window }
    }
}

/// Where a count stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) policy: Policy,
    pub(super) remaining: u32,
    /// The request is one too many: how long until one is taken.
    pub(super) wait: Option<Duration>,
}

/// One policy's counts, by key.
#[derive(Debug)]
pub(super) struct Count<K: Hash + Eq + Clone> {
    policy: Policy,
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>,
}

impl<K: Hash + Eq + Clone> Count<K> {
    pub(super) fn new(policy: Policy) -> Self {
        let quota = NonZeroU32::new(policy.quota).expect("a policy allows something");
        let every = policy.window / policy.quota;
        let quota = Quota::with_period(every).expect("a policy's window is some time").allow_burst(quota);
        Self { policy, limiter: RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>() }
    }

    pub(super) fn take(&self, key: &K) -> Standing {
        let policy = self.policy;
        match self.limiter.check_key(key) {
            Ok(snapshot) => Standing { policy, remaining: snapshot.remaining_burst_capacity(), wait: None },
            Err(refusal) => {
                let wait = refusal.wait_time_from(DefaultClock::default().now()).max(Duration::from_millis(1));
                Standing { policy, remaining: 0, wait: Some(wait) }
            }
        }
    }

    pub(super) fn tidy(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

impl Count<IpAddr> {
    /// As [`Count::take`], in memory that is bounded.
    pub(super) fn take_address(&self, address: IpAddr) -> Standing {
        let is_crowded = self.limiter.len() >= ADDRESSES;
        self.take(&if is_crowded { neighbourhood(address) } else { address })
    }
}

/// An IPv4 address stands for its /16, an IPv6 address for its /32: there are few of either.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() >> 16 << 16)),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 96 << 96)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEW: Policy = Policy::new("few", 3, Duration::from_mins(1));

    fn v4(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(n))
    }

    #[test]
    fn one_too_many_is_told_how_long_to_wait() {
        let count = Count::new(FEW);
        for remaining in [2, 1, 0] {
            let standing = count.take(&1_u8);
            assert_eq!((standing.remaining, standing.wait), (remaining, None));
        }
        let wait = count.take(&1).wait.expect("the fourth is one too many");
        assert!(wait > Duration::from_secs(19) && wait <= Duration::from_secs(20), "{wait:?}");
        assert_eq!(count.take(&2).wait, None, "another is not concerned");
    }

    #[test]
    fn nobody_fills_the_memory_with_addresses() {
        let count = Count::new(FEW);
        // More than are kept one by one, all of two neighbourhoods.
        for n in 0..u32::try_from(ADDRESSES).unwrap() + 20_000 {
            count.take_address(v4(n));
        }
        assert!(count.limiter.len() <= ADDRESSES + 2, "{}", count.limiter.len());
        assert_eq!(neighbourhood("2001:db8:1:2::".parse().expect("an address")).to_string(), "2001:db8::");
    }
}
