use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_accounts::TenantRef;
use switchboard_store::{Role, tenant::Tenant};
use utoipa::ToSchema;

use super::wire::{TenantBody, UserBody, bodies};
use crate::http::{AppState, Authenticated, Problem, platform::VisitBody};

#[derive(Serialize, ToSchema)]
pub(super) struct MeBody {
    /// Null for an API key, which is nobody
    pub(super) user: Option<UserBody>,
    pub(super) tenant: TenantBody,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "owner")]
    pub(super) role: Role,
    /// The visit of a platform admin to the business; null for its own people
    pub(super) impersonation: Option<VisitBody>,
}

/// Tell who is asking
#[utoipa::path(tag = "auth", responses((status = 200, description = "Who is asking", body = MeBody)))]
#[get("/api/auth/me")]
pub(super) async fn me(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<Json<MeBody>, Problem> {
    let role = principal.role;
    if principal.person.is_none() {
        let Tenant { id, name, status, .. } = state.accounts.tenant(&principal).await?;
        let tenant = TenantBody::from(TenantRef { id, name, status, suspended_reason: None });
        return Ok(Json(MeBody { user: None, tenant, role, impersonation: None }));
    }
    let (user, tenant) = bodies(state.accounts.me(&principal).await?);
    let impersonation = state.accounts.visit_of(&principal).await?.map(Into::into);
    Ok(Json(MeBody { user: Some(user), tenant, role, impersonation }))
}
