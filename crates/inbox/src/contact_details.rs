//! What the team writes down of a customer. What WhatsApp tells of them is kept apart from it, and never overwrites it.

use std::collections::BTreeMap;

use serde_json::Value;
use switchboard_store::{
    Conn, Error as StoreError, Millis, TenantId,
    contact::{self, Contact},
    contact_field, conversation, event,
};
use uuid::Uuid;

use crate::{
    InvalidField, contact_fields, events,
    field::{self, is_language_code},
    search,
};

/// Characters of a name.
const LONGEST: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    #[error("there is no such contact")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be written; `None` stays as it is, `Some(None)` is taken away.
#[derive(Debug, Default)]
pub struct Details {
    pub own_name: Option<Option<String>>,
    pub language: Option<Option<String>>,
    /// By the ids of fields; null takes away. Fields that are not named stay.
    pub fields: BTreeMap<Uuid, Value>,
    /// The number that the customer gave is taken away.
    pub forgets_given_phone: bool,
}

/// Writes down what the team knows of a contact.
pub async fn describe(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    id: Uuid,
    details: Details,
) -> Result<Contact, ContactError> {
    let mut contact = contact::lock(conn, tenant, id).await?.ok_or(ContactError::NotFound)?;
    if let Some(name) = details.own_name {
        contact.own_name = checked_name(name)?;
    }
    if let Some(language) = details.language {
        contact.language = checked_language(language)?;
    }
    write_fields(conn, &mut contact, &details.fields).await?;
    contact.given_phone = contact.given_phone.filter(|_| !details.forgets_given_phone);
    contact.updated_at = now;
    contact::describe(conn, &contact).await?;
    search::index_contacts(conn, std::slice::from_ref(&contact)).await?;
    tell(conn, &contact, now).await?;
    Ok(contact)
}

/// Watchers are told that a contact has changed.
pub(crate) async fn tell(conn: &mut Conn<'_>, contact: &Contact, now: Millis) -> Result<(), StoreError> {
    let conversations = conversation::of_contact(conn, contact.tenant_id, contact.id).await?;
    let conversations: Vec<_> = conversations.into_iter().map(|key| key.id).collect();
    event::insert(conn, &[events::contact_updated(contact, &conversations, now)]).await
}

fn checked_name(name: Option<String>) -> Result<Option<String>, InvalidField> {
    let Some(name) = name.filter(|name| !name.trim().is_empty()) else { return Ok(None) };
    field::text("own_name", &name, LONGEST).map(Some)
}

fn checked_language(language: Option<String>) -> Result<Option<String>, InvalidField> {
    match language {
        Some(code) if !is_language_code(&code) => {
            Err(InvalidField::new("language", "must be an ISO 639-1 code such as \"en\", \"tr\" or \"ar\""))
        }
        language => Ok(language),
    }
}

async fn write_fields(
    conn: &mut Conn<'_>,
    contact: &mut Contact,
    values: &BTreeMap<Uuid, Value>,
) -> Result<(), ContactError> {
    if values.is_empty() {
        return Ok(());
    }
    let known = contact_field::all(conn, contact.tenant_id).await?;
    for (id, value) in values {
        let field = known.iter().find(|field| field.id == *id);
        let field = field.ok_or_else(|| InvalidField::new("fields", format!("has no field {id}")))?;
        match contact_fields::checked_value(field, value)? {
            Some(value) => contact.fields.0.insert(*id, value),
            None => contact.fields.0.remove(id),
        };
    }
    Ok(())
}

/// Two contacts are one from now on: what was written down of either is kept, and of both, what `kept` has.
pub(crate) async fn merge(conn: &mut Conn<'_>, kept: &mut Contact, gone: &mut Contact) -> Result<(), StoreError> {
    for contact in [&mut *kept, &mut *gone] {
        // A person may have written since they were read.
        if let Some(now) = contact::lock(conn, contact.tenant_id, contact.id).await? {
            (contact.own_name, contact.language, contact.fields) = (now.own_name, now.language, now.fields);
            contact.detected_language = now.detected_language;
            (contact.given_phone, contact.phone_asked_at) = (now.given_phone, now.phone_asked_at);
        }
    }
    if let (None, Some(detected)) = (&kept.detected_language, gone.detected_language.take()) {
        contact::set_detected_language(conn, kept.tenant_id, kept.id, &detected).await?;
        kept.detected_language = Some(detected);
    }
    let has_phone = gone.given_phone.is_some() || gone.phone_asked_at.is_some();
    if gone.own_name.is_none() && gone.language.is_none() && gone.fields.is_empty() && !has_phone {
        return Ok(());
    }
    kept.own_name = kept.own_name.take().or_else(|| gone.own_name.clone());
    kept.language = kept.language.take().or_else(|| gone.language.clone());
    for (id, value) in &gone.fields.0 {
        kept.fields.0.entry(*id).or_insert_with(|| value.clone());
    }
    kept.given_phone = kept.given_phone.take().or_else(|| gone.given_phone.clone());
    kept.phone_asked_at = kept.phone_asked_at.max(gone.phone_asked_at);
    contact::describe(conn, kept).await?;
    search::index_contacts(conn, std::slice::from_ref(kept)).await
}
