use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;

use super::wire::TenantSettings;
use crate::http::{AppState, Authenticated, Problem};

/// Read the business's settings
#[utoipa::path(tag = "tenant", responses((status = 200, description = "The settings", body = TenantSettings)))]
#[get("/api/tenant")]
pub(super) async fn get(state: Data<AppState>, who: Authenticated) -> Result<Json<TenantSettings>, Problem> {
    let principal = who.require(Permission::ViewTenant)?;
    let tenant = state.accounts.tenant(principal).await?;
    let can_translate = state.translations.can_translate(tenant.id).await?;
    Ok(Json(TenantSettings::new(tenant, can_translate)))
}
