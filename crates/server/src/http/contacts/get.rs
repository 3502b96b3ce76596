use actix_web::{
    get,
    web::{Data, Json, Path},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, contact};
use uuid::Uuid;

use super::wire::ContactDetailBody;
use crate::http::{AppState, Authenticated, Problem};

/// Read a contact
///
/// What WhatsApp tells of the customer, what the team has written down, and the customer's conversations.
#[utoipa::path(tag = "contacts", params(("id" = Uuid, Path, description = "The contact's id")),
    responses((status = 200, description = "The contact", body = ContactDetailBody)))]
#[get("/api/contacts/{id}")]
pub(super) async fn get(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<ContactDetailBody>, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let mut tx = state.db.read(Scope::Tenant(principal.tenant)).await?;
    let conn = &mut tx.conn();
    let contact = contact::get(conn, principal.tenant, *id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(ContactDetailBody::load(conn, state.clock.now(), principal, contact).await?))
}
