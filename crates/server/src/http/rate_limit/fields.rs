//! The header fields `RateLimit-Policy` and `RateLimit`, which are structured fields (RFC 9651).
//!
//! Source: draft-ietf-httpapi-ratelimit-headers. `q` is the quota and `w` its window in seconds; `r` is what remains of it,
//! and `t` the seconds until all of it is there again.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::count::{Policy, Standing};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Tells all of them, in the order in which they were counted.
pub(super) fn tell(standings: &[Standing], headers: &mut HeaderMap) {
    let policies = standings.iter().map(|standing| policy(&standing.policy));
    let limits = standings.iter().map(limit);
    for (name, members) in [(POLICY, policies.collect::<Vec<_>>()), (LIMIT, limits.collect())] {
        if let Some(value) = Some(members.join(", ")).filter(|value| !value.is_empty()) {
            headers.insert(name, HeaderValue::try_from(value).expect("names and numbers are visible ASCII"));
        }
    }
}

fn policy(Policy { name, quota, window }: &Policy) -> String {
    format!("\"{name}\";q={quota};w={}", window.as_secs())
}

fn limit(Standing { policy: Policy { name, quota, window }, remaining, .. }: &Standing) -> String {
    let used = u128::from(quota.saturating_sub(*remaining));
    let until_whole = (window.as_millis() * used).div_ceil(u128::from(*quota) * 1000);
    format!("\"{name}\";r={remaining};t={until_whole}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn standing(name: &'static str, quota: u32, seconds: u64, remaining: u32) -> Standing {
        let policy = Policy::new(name, quota, Duration::from_secs(seconds));
        Standing { policy, remaining, wait: None }
    }

    #[test]
    fn every_policy_is_told_with_how_it_stands() {
        let mut headers = HeaderMap::new();
        tell(&[standing("address", 1000, 5, 999), standing("sign-in", 30, 180, 20)], &mut headers);
        assert_eq!(headers.get(POLICY).unwrap(), r#""address";q=1000;w=5, "sign-in";q=30;w=180"#);
        assert_eq!(headers.get(LIMIT).unwrap(), r#""address";r=999;t=1, "sign-in";r=20;t=60"#);
    }

    #[test]
    fn nothing_is_told_of_what_was_not_counted() {
        let mut headers = HeaderMap::new();
        tell(&[], &mut headers);
        assert!(headers.is_empty());
    }
}
