use actix_web::{
    get,
    web::{Data, Json, Query},
};
use serde::Deserialize;
use switchboard_store::{TenantStatus, platform::Filter};

use super::wire::TenantOverviewBody;
use crate::http::{AppState, ForPlatform, Page, PageQuery, Problem};

/// In characters.
const SEARCH_LONGEST: usize = 100;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TenantsQuery {
    /// Part of the name, or of the e-mail address of somebody who works there
    search: Option<String>,
    /// `active`, `suspended` or `deleting`
    #[param(value_type = Option<String>)]
    status: Option<TenantStatus>,
}

/// List the businesses
///
/// The newest first.
#[utoipa::path(tag = "platform", params(TenantsQuery, PageQuery),
    responses((status = 200, description = "A page of businesses", body = Page<TenantOverviewBody>)))]
#[get("/api/platform/tenants")]
pub(super) async fn list(
    state: Data<AppState>,
    _: ForPlatform,
    which: Query<TenantsQuery>,
    query: Query<PageQuery>,
) -> Result<Json<Page<TenantOverviewBody>>, Problem> {
    let limit = query.limit()?;
    let search = which.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if search.is_some_and(|text| text.chars().count() > SEARCH_LONGEST || text.contains('\0')) {
        return Err(Problem::invalid("search", "must be a text of at most 100 characters"));
    }
    let filter = Filter { search: search.map(str::to_owned), status: which.status };
    let tenants = state.accounts.tenants(&filter, query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(tenants, limit, |tenant| tenant.id.to_string(), Into::into)))
}
