use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, contact_field};

use super::wire::ContactFieldBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the fields of contacts
///
/// The oldest first, all on one page.
#[utoipa::path(tag = "contact fields", responses((status = 200, description = "The fields", body = Page<ContactFieldBody>)))]
#[get("/api/contact-fields")]
pub(super) async fn list(state: Data<AppState>, who: Authenticated) -> Result<Json<Page<ContactFieldBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let fields = contact_field::all(&mut tx.conn(), tenant).await?;
    Ok(Json(Page::whole(fields.into_iter().map(Into::into))))
}
