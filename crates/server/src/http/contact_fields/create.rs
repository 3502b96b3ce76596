use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_inbox::contact_fields;
use switchboard_store::{FieldKind, Scope, Signal};
use utoipa::ToSchema;

use super::wire::ContactFieldBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct NewContactField {
    /// 1 to 40 characters; no two fields have the same
    #[schema(example = "Birthday")]
    name: String,
    /// `text`, `number`, `date` or `choice`. It stays what it is
    #[schema(value_type = String, example = "date")]
    kind: FieldKind,
    /// Of a `choice`: what is chosen from, 1 to 50 texts of 1 to 60 characters; of no other
    #[serde(default)]
    choices: Vec<String>,
}

/// Make a field of contacts
#[utoipa::path(tag = "contact fields", request_body = NewContactField, responses(
    (status = 201, description = "The field", body = ContactFieldBody),
    (status = 409, description = "`name_taken`; `too_many`: a business has at most 50", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/contact-fields")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<NewContactField>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageInbox)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let field =
        contact_fields::create(&mut tx.conn(), state.clock.now(), tenant, &body.name, body.kind, &body.choices).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Created().json(ContactFieldBody::from(field)))
}
