use std::collections::BTreeMap;

use actix_web::{
    patch,
    web::{Data, Json, Path},
};
use garde::Validate;
use serde::Deserialize;
use serde_json::Value;
use switchboard_accounts::Permission;
use switchboard_inbox::contact_details::{self, Details};
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ContactDetailBody;
use crate::http::{AppState, Authenticated, Problem, Valid, body::present};

/// What is left out stays as it is.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
struct ContactPatch {
    /// What the team calls the customer, 1 to 100 characters; null: what WhatsApp says
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    own_name: Option<Option<String>>,
    /// In which the bot answers, an ISO 639-1 code; null: in which the customer writes
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "tr")]
    language: Option<Option<String>>,
    /// By the ids of fields, what is in them: a text of at most 500 characters, a number, a day such as `2026-11-26`, or
    /// one of the choices; null takes it away. Fields that are not named stay
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: BTreeMap<Uuid, Value>,
    /// Null takes the number away that the customer gave. Nobody else gives one
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = json!(null))]
    given_phone: Option<Option<String>>,
}

/// Write down what is known of a contact
#[utoipa::path(tag = "contacts", request_body = ContactPatch, params(("id" = Uuid, Path, description = "The contact's id")),
    responses((status = 200, description = "The contact as it is now", body = ContactDetailBody)))]
#[patch("/api/contacts/{id}")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
    Valid(body): Valid<ContactPatch>,
) -> Result<Json<ContactDetailBody>, Problem> {
    let principal = who.require(Permission::Organise)?;
    if body.given_phone.as_ref().is_some_and(Option::is_some) {
        return Err(Problem::invalid("given_phone", "can only be taken away: the customer gives it"));
    }
    let now = state.clock.now();
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let conn = &mut tx.conn();
    let ContactPatch { own_name, language, fields, given_phone } = body;
    let details = Details { own_name, language, fields, forgets_given_phone: given_phone.is_some() };
    let contact = contact_details::describe(conn, now, principal.tenant, *id, details).await?;
    let body = ContactDetailBody::load(conn, now, principal, contact).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(Json(body))
}
