use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_accounts::OwnTenant;
use switchboard_store::{Role, TenantStatus};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Page, Problem};

/// A business you work for.
#[derive(Serialize, ToSchema)]
struct OwnTenantBody {
    id: Uuid,
    name: String,
    /// `active`, or `suspended`: it can be read, and nothing else
    #[schema(value_type = String, example = "active")]
    status: TenantStatus,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "owner")]
    role: Role,
    /// Whether it is the one that this session is for
    current: bool,
}

impl From<OwnTenant> for OwnTenantBody {
    fn from(it: OwnTenant) -> Self {
        let OwnTenant { membership, current } = it;
        let (id, name) = (membership.tenant_id.0, membership.tenant_name);
        Self { id, name, status: membership.tenant_status, role: membership.role, current }
    }
}

/// List the businesses you work for
///
/// The one you have been with longest first, all on one page. An API key has its own alone, and none here.
#[utoipa::path(tag = "auth", responses((status = 200, description = "The businesses", body = Page<OwnTenantBody>)))]
#[get("/api/auth/tenants")]
pub(super) async fn tenants(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<Json<Page<OwnTenantBody>>, Problem> {
    let own_tenants = state.accounts.own_tenants(&principal).await?;
    Ok(Json(Page { items: own_tenants.into_iter().map(Into::into).collect(), next_cursor: None }))
}
