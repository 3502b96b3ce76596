use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;

use super::wire::NumberBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the numbers
///
/// All of them on one page, oldest first.
#[utoipa::path(tag = "numbers", responses((status = 200, description = "The numbers", body = Page<NumberBody>)))]
#[get("/api/numbers")]
pub(super) async fn list(state: Data<AppState>, who: Authenticated) -> Result<Json<Page<NumberBody>>, Problem> {
    let principal = who.require(Permission::ViewNumbers)?;
    let numbers = state.onboarding.numbers(principal.tenant).await?;
    Ok(Json(Page { items: numbers.into_iter().map(Into::into).collect(), next_cursor: None }))
}
