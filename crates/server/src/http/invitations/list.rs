use actix_web::{
    get,
    web::{Data, Json, Query},
};
use switchboard_accounts::Permission;

use super::wire::InvitationBody;
use crate::http::{AppState, Authenticated, Page, PageQuery, Problem};

/// List open invitations
///
/// Newest first; those too whose time is over, to be sent again or revoked.
#[utoipa::path(tag = "invitations", params(PageQuery),
    responses((status = 200, description = "A page of invitations", body = Page<InvitationBody>)))]
#[get("/api/invitations")]
pub(super) async fn list(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<PageQuery>,
) -> Result<Json<Page<InvitationBody>>, Problem> {
    let principal = who.require(Permission::ManagePeople)?;
    let limit = query.limit()?;
    let invitations = state.accounts.invitations(principal, query.id_cursor()?, limit + 1).await?;
    Ok(Json(Page::from_rows(invitations, limit, |it| it.id.to_string(), Into::into)))
}
