use actix_web::{
    get,
    web::{Data, Json, Query},
};
use switchboard_accounts::Permission;

use super::wire::ApiKeyBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List API keys
///
/// Newest first, revoked ones too.
#[utoipa::path(tag = "api keys", params(PageQuery),
    responses((status = 200, description = "A page of keys", body = Page<ApiKeyBody>)))]
#[get("/api/api-keys")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<PageQuery>,
) -> Result<Json<Page<ApiKeyBody>>, Problem> {
    let principal = who.require(Permission::ManageKeys)?;
    let limit = query.limit()?;
    let keys = state.accounts.api_keys(principal, query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(keys, limit, |key| key.id.to_string(), Into::into)))
}
