//! What the operations of this area answer.

use actix_web::{HttpRequest, http::header};
use secrecy::ExposeSecret;
use serde::Serialize;
use switchboard_accounts::{AccessToken, Me};
use switchboard_store::Role;
use utoipa::ToSchema;
use uuid::Uuid;

/// Someone who is signed in, and with what.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedInBody {
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
}

#[derive(Serialize, ToSchema)]
pub(super) struct TenantBody {
    id: Uuid,
    name: String,
}

impl SignedInBody {
    pub(super) fn new(me: Me, access_token: &AccessToken) -> Self {
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

impl TenantBody {
    pub(super) fn new(id: Uuid, name: String) -> Self {
        Self { id, name }
    }
}

pub(super) fn bodies(me: Me) -> (UserBody, TenantBody) {
    let user = UserBody { id: me.user.id, name: me.user.name, email: me.user.email, role: me.role };
    (user, TenantBody { id: me.tenant.id.0, name: me.tenant.name })
}

pub(super) fn user_agent(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::USER_AGENT)?;
    value.to_str().ok().map(str::to_owned)
}
