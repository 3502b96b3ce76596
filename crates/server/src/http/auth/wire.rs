//! What the operations of this area answer.

use actix_web::{HttpRequest, http::header};
use secrecy::ExposeSecret;
use serde::Serialize;
use switchboard_accounts::{AccessToken, Device, Me, TenantRef, User};
use switchboard_store::{Language, Role, TenantStatus};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, client_address::client_address};

/// Someone who is signed in, and with what.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SignedInBody {
    /// For `Authorization: Bearer`. Lasts ten minutes; `refresh` gives the next.
    access_token: String,
    #[schema(value_type = String, example = "Bearer")]
    token_type: &'static str,
    /// RFC 3339
    #[schema(example = "2026-01-31T12:10:00Z")]
    expires_at: String,
    user: UserBody,
    tenant: TenantBody,
}

#[derive(Serialize, ToSchema)]
pub(super) struct UserBody {
    id: Uuid,
    name: String,
    email: String,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "owner")]
    role: Role,
    /// Whether the address is proved. Always true where this installation sends no mail
    email_verified: bool,
    /// `en`, `tr` or `ar`
    #[schema(value_type = String, example = "en")]
    language: Language,
    /// Whether they run this installation
    platform_admin: bool,
}

#[derive(Serialize, ToSchema)]
pub(super) struct TenantBody {
    id: Uuid,
    name: String,
    /// `active`, or `suspended`: it can be read, and nothing else
    #[schema(value_type = String, example = "active")]
    status: TenantStatus,
    /// Why it is suspended
    suspended_reason: Option<String>,
}

impl SignedInBody {
    pub(in crate::http) fn new(me: Me, access_token: &AccessToken) -> Self {
        let (user, tenant) = bodies(me);
        Self {
            access_token: access_token.token.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_at: access_token.expires_at.to_rfc3339(),
            user,
            tenant,
        }
    }
}

impl From<TenantRef> for TenantBody {
    fn from(tenant: TenantRef) -> Self {
        let TenantRef { id, name, status, suspended_reason } = tenant;
        Self { id: id.0, name, status, suspended_reason }
    }
}

pub(super) fn bodies(me: Me) -> (UserBody, TenantBody) {
    let User { id, name, email, email_verified, language, platform_admin } = me.user;
    let user = UserBody { id, name, email, role: me.role, email_verified, language, platform_admin };
    (user, me.tenant.into())
}

pub(super) fn user_agent(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::USER_AGENT)?;
    value.to_str().ok().map(str::to_owned)
}

/// What a session is opened with.
pub(in crate::http) fn device(request: &HttpRequest, state: &AppState) -> Device {
    let address = client_address(request, state.config.trusted_proxies).to_string();
    Device { user_agent: user_agent(request), address: Some(address) }
}
