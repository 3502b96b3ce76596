//! How many requests are taken, of whom.
//!
//! Every request to the API is counted by its address, by who asks, and by their tenant; what is guessed at, sends mail or
//! costs much is counted once more, and tighter. Meta's webhooks and the probes are never counted. The counts are those of
//! a process, and their memory is bounded whoever knocks.
//!
//! Each answer of the API tells which policies it was counted under and how they stand: see [`fields`].

mod count;
mod fields;

use std::{net::IpAddr, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use switchboard_accounts::Principal;
use switchboard_store::TenantId;
use uuid::Uuid;

use self::count::{Count, Policy, Standing};
use super::{AppState, client_address::client_address, problem::Problem};

const MINUTE: Duration = Duration::from_mins(1);

/// Everything that comes from one address. An office shares one, so it is far more than a person needs.
const ADDRESS: Policy = Policy::new("address", 1000, Duration::from_secs(5));
/// One person or key: no dashboard asks as much.
const PERSON: Policy = Policy::new("person", 100, Duration::from_secs(2));
/// All people and keys of one tenant.
const TENANT: Policy = Policy::new("tenant", 1000, Duration::from_secs(5));
/// Bad credentials from one address.
const STRANGER: Policy = Policy::new("stranger", 100, Duration::from_secs(2));
/// Signing in, and whatever else takes a secret that can be guessed.
const SIGN_IN: Policy = Policy::new("sign-in", 30, Duration::from_mins(3));
/// Making accounts.
const SIGN_UP: Policy = Policy::new("sign-up", 30, Duration::from_mins(10));
/// Having mails sent.
const MAIL: Policy = Policy::new("mail", 10, Duration::from_mins(5));
/// Renewing and ending sessions, which every page load of an office does.
const SESSION: Policy = Policy::new("session", 120, MINUTE);
/// Taking out everything there is.
const EXPORT: Policy = Policy::new("export", 10, Duration::from_mins(10));

/// Having a bot think, which may cost money each time, or read a page, which asks somebody else's server, or a file, which
/// takes a process.
const TRY: Policy = Policy::new("try", 30, MINUTE);

/// Having something translated or written down: a thread that is read for the first time asks for a screen of messages at once.
const TRANSLATE: Policy = Policy::new("translate", 120, MINUTE);

/// Uploading files to be sent, each of which is written to a disk. Ten are attached at a time.
const UPLOAD: Policy = Policy::new("upload", 120, MINUTE);

const ASKED: [&str; 2] = ["/translation", "/transcript"];
const TRIES: [&str; 7] =
    ["/try", "/tests/run", "/replay", "/knowledge/files", "/knowledge/pages", "/knowledge/sites", "/refresh"];

/// Which policy holds for a request beside those of its address, person and tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Costly {
    SignIn,
    SignUp,
    Mail,
    Session,
    Export,
    Try,
    Translate,
    Upload,
}

impl Costly {
    fn of(method: &Method, path: &str) -> Option<Self> {
        match path {
            "/api/auth/login"
            | "/api/auth/login/second-factor"
            | "/api/auth/verify-email"
            | "/api/auth/password/reset"
            | "/api/auth/oidc/start"
            | "/api/auth/oidc/callback"
            | "/api/auth/oidc/link"
            | "/api/invitations/offer" => Some(Self::SignIn),
            "/api/auth/signup" | "/api/auth/oidc/signup" | "/api/invitations/accept" => Some(Self::SignUp),
            "/api/auth/password/forgot" | "/api/auth/verify-email/resend" => Some(Self::Mail),
            "/api/auth/refresh" | "/api/auth/logout" => Some(Self::Session),
            _ if path.ends_with("/export") => Some(Self::Export),
            "/api/media" => Some(Self::Upload),
            "/api/models/main/check" | "/api/models/fallback/check" => Some(Self::Try),
            _ if path.starts_with("/api/conversations/") && ASKED.iter().any(|end| path.ends_with(end)) => {
                Some(Self::Translate)
            }
            // An MCP server is asked what it has.
            _ if path.starts_with("/api/bots/") && path.ends_with("/tools") && method == Method::POST => {
                Some(Self::Try)
            }
            _ if path.starts_with("/api/bots/") && TRIES.iter().any(|end| path.ends_with(end)) => Some(Self::Try),
            _ => None,
        }
    }
}

/// What a request has been counted under so far.
#[derive(Debug, Default)]
struct Standings(Vec<Standing>);

/// The counts of this process.
#[derive(Debug)]
pub struct RateLimits {
    addresses: Count<IpAddr>,
    strangers: Count<IpAddr>,
    sign_ins: Count<IpAddr>,
    sign_ups: Count<IpAddr>,
    mails: Count<IpAddr>,
    sessions: Count<IpAddr>,
    people: Count<Uuid>,
    tenants: Count<TenantId>,
    exports: Count<TenantId>,
    tries: Count<TenantId>,
    translations: Count<Uuid>,
    uploads: Count<Uuid>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            addresses: Count::new(ADDRESS),
            strangers: Count::new(STRANGER),
            sign_ins: Count::new(SIGN_IN),
            sign_ups: Count::new(SIGN_UP),
            mails: Count::new(MAIL),
            sessions: Count::new(SESSION),
            people: Count::new(PERSON),
            tenants: Count::new(TENANT),
            exports: Count::new(EXPORT),
            tries: Count::new(TRY),
            translations: Count::new(TRANSLATE),
            uploads: Count::new(UPLOAD),
        }
    }
}

impl RateLimits {
    /// Counts a request of `principal`.
    pub(crate) fn count_principal(&self, request: &HttpRequest, principal: &Principal) -> Result<(), Problem> {
        // A person who works for two tenants has one pair of hands.
        let who = principal.actor_id().unwrap_or(principal.tenant.0);
        note(request, self.people.take(&who))?;
        note(request, self.tenants.take(&principal.tenant))?;
        match Costly::of(request.method(), request.path()) {
            Some(Costly::Export) => note(request, self.exports.take(&principal.tenant)),
            Some(Costly::Try) => note(request, self.tries.take(&principal.tenant)),
            Some(Costly::Translate) => note(request, self.translations.take(&who)),
            Some(Costly::Upload) => note(request, self.uploads.take(&who)),
            _ => Ok(()),
        }
    }

    /// Counts a bad credential shown from `address`: guessing is slowed down like everything else.
    pub(crate) fn count_stranger(&self, request: &HttpRequest, address: IpAddr) -> Result<(), Problem> {
        note(request, self.strangers.take_address(address))
    }

    fn count_address(&self, request: &HttpRequest, address: IpAddr) -> Result<(), Problem> {
        note(request, self.addresses.take_address(address))?;
        let Some(costly) = Costly::of(request.method(), request.path()) else { return Ok(()) };
        let count = match costly {
            Costly::SignIn => &self.sign_ins,
            Costly::SignUp => &self.sign_ups,
            Costly::Mail => &self.mails,
            Costly::Session => &self.sessions,
            // Counted with who asks, or their tenant.
            Costly::Export | Costly::Try | Costly::Translate | Costly::Upload => return Ok(()),
        };
        note(request, count.take_address(address))
    }

    /// Forgets whoever has not come for long enough to have all requests free again.
    pub fn tidy(&self) {
        let by_address =
            [&self.addresses, &self.strangers, &self.sign_ins, &self.sign_ups, &self.mails, &self.sessions];
        by_address.into_iter().for_each(Count::tidy);
        [&self.people, &self.translations, &self.uploads].into_iter().for_each(Count::tidy);
        [&self.tenants, &self.exports, &self.tries].into_iter().for_each(Count::tidy);
    }
}

/// Remembers how a count stands, for the answer. 429 where it is used up.
fn note(request: &HttpRequest, standing: Standing) -> Result<(), Problem> {
    let refused = standing.wait.map(|wait| {
        let Policy { name, quota, .. } = standing.policy;
        let window = standing.policy.window.as_secs();
        Problem::too_many(wait)
            .detail(format!("the limit “{name}” is used up: {quota} requests at once, and as many in {window} seconds"))
    });
    let mut extensions = request.extensions_mut();
    if !extensions.contains::<Standings>() {
        extensions.insert(Standings::default());
    }
    if let Some(standings) = extensions.get_mut::<Standings>() {
        standings.0.push(standing);
    }
    refused.map_or(Ok(()), Err)
}

/// Middleware: counts every request to the API by its address, and tells in the answer how the counts stand. Who asks is
/// counted where they are authenticated.
pub(crate) async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let state = request.app_data::<Data<AppState>>().expect("every application has its state").clone();
    let Some(limits) = state.rate_limits.as_ref().filter(|_| request.path().starts_with("/api/")) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let address = client_address(request.request(), state.config.trusted_proxies);
    let counted = limits.count_address(request.request(), address);
    let mut response = match counted {
        Ok(()) => next.call(request).await?.map_into_left_body(),
        Err(problem) => request.into_response(problem.error_response()).map_into_right_body(),
    };
    let standings = response.request().extensions_mut().remove::<Standings>().unwrap_or_default();
    fields::tell(&standings.0, response.headers_mut());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;
    use switchboard_accounts::Permissions;
    use switchboard_store::{Actor, Role, TenantStatus};

    use super::*;

    #[rstest]
    #[case("/api/auth/login", Some(Costly::SignIn))]
    #[case("/api/auth/signup", Some(Costly::SignUp))]
    #[case("/api/auth/password/forgot", Some(Costly::Mail))]
    #[case("/api/audit/export", Some(Costly::Export))]
    #[case("/api/bots/0191/try", Some(Costly::Try))]
    #[case("/api/bots/0191/replay", Some(Costly::Try))]
    #[case("/api/bots/0191/replays", None)]
    #[case("/api/bots/0191/knowledge/files", Some(Costly::Try))]
    #[case("/api/bots/0191/knowledge", None)]
    #[case("/api/conversations/0191/messages/0192/translation", Some(Costly::Translate))]
    #[case("/api/conversations/0191/translation", Some(Costly::Translate))]
    #[case("/api/media", Some(Costly::Upload))]
    #[case("/api/media/0191", None)]
    #[case("/api/conversations", None)]
    fn what_is_guessed_at_sends_mail_or_costs_much_is_counted_once_more(
        #[case] path: &str,
        #[case] expected: Option<Costly>,
    ) {
        assert_eq!(Costly::of(&Method::POST, path), expected);
    }

    #[test]
    fn to_look_at_the_tools_of_a_bot_asks_nobody() {
        let path = "/api/bots/0191/tools";
        let [read, made] = [Method::GET, Method::POST].map(|method| Costly::of(&method, path));
        assert_eq!((read, made), (None, Some(Costly::Try)));
    }

    #[test]
    fn a_tenant_is_limited_however_many_work_for_it() {
        let limits = RateLimits::default();
        let of = |tenant: u128| {
            let request = TestRequest::get().uri("/api/tenant").to_http_request();
            let principal = Principal {
                tenant: TenantId(Uuid::from_u128(tenant)),
                role: Role::Viewer,
                permissions: Permissions::ALL,
                actor: Actor::ApiKey,
                person: None,
                session: None,
                api_key: Some(Uuid::new_v4()),
                tenant_status: TenantStatus::Active,
                impersonation: None,
            };
            limits.count_principal(&request, &principal)
        };
        let refused = (0..2 * TENANT.quota).find_map(|_| of(1).err()).expect("a tenant's requests are limited");
        assert!(refused.detail.expect("it says why").contains("“tenant”"));
        assert_eq!(of(2), Ok(()), "its neighbour is not concerned");
    }

    #[test]
    fn what_is_costly_is_limited_tighter_than_what_is_not() {
        let rate = |policy: Policy| f64::from(policy.quota) / policy.window.as_secs_f64();
        for costly in [SIGN_IN, SIGN_UP, MAIL, SESSION, EXPORT, TRY, TRANSLATE, UPLOAD] {
            assert!(rate(costly) < rate(PERSON) / 10.0, "{}", costly.name);
        }
        // An office of people at work.
        assert!(rate(ADDRESS) >= 4.0 * rate(PERSON) && rate(TENANT) >= 4.0 * rate(PERSON));
    }
}
