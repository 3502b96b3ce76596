use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_store::Role;
use utoipa::ToSchema;

use super::wire::{TenantBody, UserBody, bodies};
use crate::http::{AppState, Authenticated, Problem};

#[derive(Serialize, ToSchema)]
pub(super) struct MeBody {
    /// Null for an API key, which is nobody
    pub(super) user: Option<UserBody>,
    pub(super) tenant: TenantBody,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "owner")]
    pub(super) role: Role,
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
        let tenant = state.accounts.tenant(&principal).await?;
        return Ok(Json(MeBody { user: None, tenant: TenantBody::new(tenant.id.0, tenant.name), role }));
    }
    let (user, tenant) = bodies(state.accounts.me(&principal).await?);
    Ok(Json(MeBody { user: Some(user), tenant, role }))
}
