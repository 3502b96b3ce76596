//! How many requests are taken, of whom.
//!
//! Signing in and up is limited by address; everything after a sign-in by who signed in, whatever the address, since an
//! office shares one. Meta's webhook and the probes are never limited. The count is per process.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use switchboard_accounts::Principal;
use uuid::Uuid;

use super::{AppState, client_address::client_address, problem::Problem};

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");

const fn count(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => panic!("a limit of nothing"),
    }
}

/// Signing in and up, and whatever else takes a token of a mail: so many at once, and so many a minute.
const SIGN_INS: NonZeroU32 = count(30);
const SIGN_INS_A_MINUTE: NonZeroU32 = count(10);
/// Renewing and ending sessions, which every page load of an office behind one address does: at once, and a minute.
const SESSIONS: NonZeroU32 = count(120);
/// For each principal: at once, and a second.
const BURST: NonZeroU32 = count(100);
const PER_SECOND: NonZeroU32 = count(50);

/// Which limit holds for a request that nobody has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    SignIn,
    Session,
}

impl Open {
    fn of(path: &str) -> Option<Self> {
        match path {
            "/api/auth/login"
            | "/api/auth/login/second-factor"
            | "/api/auth/signup"
            | "/api/auth/verify-email"
            | "/api/auth/password/forgot"
            | "/api/auth/password/reset"
            | "/api/invitations/offer"
            | "/api/invitations/accept" => Some(Self::SignIn),
            "/api/auth/refresh" | "/api/auth/logout" => Some(Self::Session),
            _ => None,
        }
    }
}

/// Where a count stands, for the answer's headers.
#[derive(Debug, Clone, Copy)]
struct Standing {
    limit: u32,
    remaining: u32,
}

/// The counts of this process.
#[derive(Debug)]
pub struct RateLimits {
    sign_ins: Limiter<IpAddr>,
    sessions: Limiter<IpAddr>,
    /// Bad credentials, by address.
    strangers: Limiter<IpAddr>,
    principals: Limiter<Uuid>,
}

impl Default for RateLimits {
    fn default() -> Self {
        let per_second = Quota::per_second(PER_SECOND).allow_burst(BURST);
        Self {
            sign_ins: limiter(Quota::per_minute(SIGN_INS_A_MINUTE).allow_burst(SIGN_INS)),
            sessions: limiter(Quota::per_minute(SESSIONS)),
            strangers: limiter(per_second),
            principals: limiter(per_second),
        }
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone>(quota: Quota) -> Limiter<K> {
    RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>()
}

impl RateLimits {
    /// Counts a request of `principal`.
    pub(crate) fn count_principal(&self, request: &HttpRequest, principal: &Principal) -> Result<(), Problem> {
        // A person who works for two tenants has one pair of hands.
        let key = principal.actor_id().unwrap_or(principal.tenant.0);
        request.extensions_mut().insert(check(&self.principals, &key)?);
        Ok(())
    }

    /// Counts a bad credential shown from `address`: guessing is slowed down like everything else.
    pub(crate) fn count_stranger(&self, address: IpAddr) -> Result<(), Problem> {
        check(&self.strangers, &address).map(|_| ())
    }

    fn count_open(&self, open: Open, address: IpAddr) -> Result<Standing, Problem> {
        match open {
            Open::SignIn => check(&self.sign_ins, &address),
            Open::Session => check(&self.sessions, &address),
        }
    }

    /// Forgets whoever has not come for long enough to have all requests free again.
    pub fn tidy(&self) {
        self.sign_ins.retain_recent();
        self.sessions.retain_recent();
        self.strangers.retain_recent();
        self.principals.retain_recent();
    }
}

fn check<K: std::hash::Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Result<Standing, Problem> {
    match limiter.check_key(key) {
        Ok(snapshot) => {
            let limit = snapshot.quota().burst_size().get();
            Ok(Standing { limit, remaining: snapshot.remaining_burst_capacity() })
        }
        Err(refusal) => {
            let wait = refusal.wait_time_from(DefaultClock::default().now());
            Err(Problem::too_many(wait.max(Duration::from_millis(1))))
        }
    }
}

/// Middleware: counts what nobody has signed, and tells in every counted answer how the count stands. What someone has
/// signed is counted where it is authenticated.
pub(crate) async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if let Some(open) = Open::of(request.path()) {
        let state = request.app_data::<Data<AppState>>().expect("every application has its state");
        if let Some(limits) = &state.rate_limits {
            let address = client_address(request.request(), state.config.trusted_proxies);
            match limits.count_open(open, address) {
                Ok(standing) => request.extensions_mut().insert(standing),
                Err(problem) => return Ok(request.into_response(problem.error_response()).map_into_right_body()),
            };
        }
    }
    let mut response = next.call(request).await?.map_into_left_body();
    let standing = response.request().extensions().get::<Standing>().copied();
    if let Some(standing) = standing {
        tell(standing, response.headers_mut());
    }
    Ok(response)
}

fn tell(standing: Standing, headers: &mut HeaderMap) {
    headers.insert(LIMIT, HeaderValue::from(standing.limit));
    headers.insert(REMAINING, HeaderValue::from(standing.remaining));
}
