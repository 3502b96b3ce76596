use actix_web::{
    get,
    web::{Data, Json, Query},
};
use switchboard_accounts::Permission;

use super::wire::PersonBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List the people who work here
#[utoipa::path(tag = "people", params(PageQuery),
    responses((status = 200, description = "A page of people", body = Page<PersonBody>)))]
#[get("/api/people")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<PageQuery>,
) -> Result<Json<Page<PersonBody>>, Problem> {
    let principal = who.require(Permission::ViewTenant)?;
    let limit = query.limit()?;
    let people = state.accounts.people(principal, query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(people, limit, |member| member.person_id.to_string(), Into::into)))
}
