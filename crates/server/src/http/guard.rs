//! What holds for every request of a principal, whatever its role: of a suspended tenant, and of a platform admin who
//! visits a tenant.

use actix_web::{HttpRequest, http::Method, web::Data};
use switchboard_accounts::{Error, Principal};
use switchboard_store::TenantStatus;

use super::{AppState, problem::Problem};

/// Meta sends a browser here, and what it brings is written.
const CALLBACK: &str = "/api/onboarding/whatsapp/callback";
const END_VISIT: &str = "/api/platform/impersonation/end";

/// What concerns the person and not the tenant: it goes on while the tenant is suspended.
const PERSONAL: [&str; 3] = ["/api/auth/", "/api/platform/", "/api/invitations/accept"];

/// What a visitor may not even read: what is the person's own, and all of the tenant at once.
const UNREAD_BY_VISITORS: [&str; 6] = [
    "/api/audit/export",
    "/api/auth/second-factor",
    "/api/auth/sessions",
    "/api/auth/tenants",
    "/api/platform/",
    "/api/tenant/export",
];

/// What a visitor may change, if the role they have taken may. Everything else is the tenant's own business: its people,
/// its keys, its connections, itself.
const CHANGED_BY_VISITORS: [(Method, &str); 9] = [
    (Method::POST, "/api/conversations/"),
    (Method::POST, "/api/bots"),
    (Method::PATCH, "/api/bots/"),
    (Method::PUT, "/api/bots/"),
    (Method::DELETE, "/api/bots/"),
    (Method::PATCH, "/api/numbers/{id}"),
    (Method::PATCH, "/api/tenant"),
    (Method::POST, "/api/webhooks/leftovers/"),
    (Method::POST, END_VISIT),
];

/// Lets a request in, or says why not. A visitor's is written down first.
pub(super) async fn admit(request: &HttpRequest, principal: &Principal) -> Result<(), Problem> {
    // As the router has understood it, and not as it was written.
    let pattern = request.match_pattern().unwrap_or_default();
    if principal.impersonation.is_some() {
        if !is_for_visitors(request.method(), &pattern) {
            return Err(Error::Impersonating.into());
        }
        let state = request.app_data::<Data<AppState>>().expect("every application has its state");
        state.accounts.note_visitor(principal, request.method().as_str(), request.path()).await?;
    }
    if principal.tenant_status != TenantStatus::Active && !is_for_suspended(request.method(), &pattern) {
        return Err(Error::TenantSuspended.into());
    }
    Ok(())
}

fn reads(method: &Method, pattern: &str) -> bool {
    matches!(*method, Method::GET | Method::HEAD) && pattern != CALLBACK
}

fn is_for_suspended(method: &Method, pattern: &str) -> bool {
    reads(method, pattern) || PERSONAL.iter().any(|prefix| pattern.starts_with(prefix))
}

fn is_for_visitors(method: &Method, pattern: &str) -> bool {
    if reads(method, pattern) {
        return !pattern.is_empty() && !UNREAD_BY_VISITORS.iter().any(|prefix| pattern.starts_with(prefix));
    }
    CHANGED_BY_VISITORS.iter().any(|(of, prefix)| of == method && pattern.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Method::GET, "/api/conversations", true)]
    #[case(Method::GET, "/api/events", true)]
    #[case(Method::GET, "/api/audit", true)]
    #[case(Method::GET, "/api/audit/export", false)]
    #[case(Method::GET, "/api/tenant/export/{id}/download", false)]
    #[case(Method::GET, "/api/platform/tenants", false)]
    #[case(Method::GET, CALLBACK, false)]
    #[case(Method::GET, "", false)]
    #[case(Method::POST, "/api/conversations/{id}/takeover", true)]
    #[case(Method::PATCH, "/api/bots/{id}", true)]
    #[case(Method::POST, END_VISIT, true)]
    #[case(Method::POST, "/api/platform/tenants/{id}/suspend", false)]
    #[case(Method::PUT, "/api/auth/password", false)]
    #[case(Method::POST, "/api/api-keys", false)]
    #[case(Method::POST, "/api/invitations", false)]
    #[case(Method::DELETE, "/api/numbers/{id}", false)]
    #[case(Method::DELETE, "/api/tenant", false)]
    fn a_visitor_does_what_is_listed_and_nothing_else(
        #[case] method: Method,
        #[case] pattern: &str,
        #[case] may: bool,
    ) {
        assert_eq!(is_for_visitors(&method, pattern), may);
    }

    #[rstest]
    #[case(Method::GET, "/api/conversations", true)]
    #[case(Method::POST, "/api/conversations/{id}/messages", false)]
    #[case(Method::GET, CALLBACK, false)]
    #[case(Method::POST, "/api/auth/switch", true)]
    #[case(Method::PATCH, "/api/tenant", false)]
    fn people_of_a_suspended_tenant_read_and_keep_what_is_theirs(
        #[case] method: Method,
        #[case] pattern: &str,
        #[case] may: bool,
    ) {
        assert_eq!(is_for_suspended(&method, pattern), may);
    }
}
