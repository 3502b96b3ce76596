use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_inbox::contact_fields;
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ContactFieldBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

/// What is left out stays as it is.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct ContactFieldPatch {
    /// 1 to 40 characters; no two fields have the same
    name: Option<String>,
    /// Of a `choice`: as when it was made. What contacts have of it stays, also what is no choice any more
    choices: Option<Vec<String>>,
}

/// Change a field of contacts
///
/// What contacts have in it stays.
#[utoipa::path(tag = "contact fields", request_body = ContactFieldPatch, params(("id" = Uuid, Path, description = "The field's id")),
    responses(
        (status = 200, description = "The field as it is now", body = ContactFieldBody),
        (status = 409, description = "`name_taken`", body = Problem, content_type = "application/problem+json"),
    ))]
#[patch("/api/contact-fields/{id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<ContactFieldPatch>,
) -> Result<Json<ContactFieldBody>, Problem> {
    let tenant = who.require(Permission::ManageInbox)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let (name, choices) = (body.name.as_deref(), body.choices.as_deref());
    let field = contact_fields::update(&mut tx.conn(), state.clock.now(), tenant, *id, name, choices).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(field.into()))
}
