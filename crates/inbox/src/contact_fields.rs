//! What a tenant keeps of each of its customers: the fields, and what may be in them.

use serde_json::Value;
use switchboard_store::{
    Conn, Day, Error as StoreError, FieldKind, Json, Millis, TenantId,
    contact_field::{self, ContactField},
    event, new_id,
};
use uuid::Uuid;

use crate::{InvalidField, events, field, text::normalise};

/// Fields of a tenant, at most: all of them are shown beside each conversation.
pub const MOST: usize = 50;
/// Characters of a name.
const LONGEST: usize = 40;
const MOST_CHOICES: usize = 50;
/// Characters of a choice.
const LONGEST_CHOICE: usize = 60;
/// Characters of a text.
const LONGEST_TEXT: usize = 500;

#[derive(Debug, thiserror::Error)]
pub enum ContactFieldError {
    #[error("there is no such field")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error("there is a field of this name already")]
    NameTaken,
    #[error("a business has at most {MOST} fields")]
    Full,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ContactFieldError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Duplicate { .. }) { Self::NameTaken } else { Self::Store(error) }
    }
}

pub async fn create(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    name: &str,
    kind: FieldKind,
    choices: &[String],
) -> Result<ContactField, ContactFieldError> {
    let name = field::text("name", name, LONGEST)?;
    let choices = Json(checked_choices(kind, choices)?);
    if contact_field::all(conn, tenant_id).await?.len() >= MOST {
        return Err(ContactFieldError::Full);
    }
    let (id, name_key) = (new_id(now), normalise(&name));
    let field = ContactField { tenant_id, id, name, name_key, kind, choices, created_at: now, updated_at: now };
    contact_field::insert(conn, &field).await?;
    tell(conn, tenant_id, now).await?;
    Ok(field)
}

/// Gives a field another name or other choices. What is `None` stays; so does what contacts have in it.
pub async fn update(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    id: Uuid,
    name: Option<&str>,
    choices: Option<&[String]>,
) -> Result<ContactField, ContactFieldError> {
    let mut field = contact_field::get(conn, tenant_id, id).await?.ok_or(ContactFieldError::NotFound)?;
    if let Some(name) = name {
        field.name = field::text("name", name, LONGEST)?;
        field.name_key = normalise(&field.name);
    }
    if let Some(choices) = choices {
        field.choices = Json(checked_choices(field.kind, choices)?);
    }
    field.updated_at = now;
    contact_field::update(conn, &field).await?;
    tell(conn, tenant_id, now).await?;
    Ok(field)
}

/// Deletes a field with all that contacts have in it.
pub async fn delete(conn: &mut Conn<'_>, now: Millis, tenant_id: TenantId, id: Uuid) -> Result<(), ContactFieldError> {
    if !contact_field::delete(conn, tenant_id, id).await? {
        return Err(ContactFieldError::NotFound);
    }
    Ok(tell(conn, tenant_id, now).await?)
}

async fn tell(conn: &mut Conn<'_>, tenant_id: TenantId, now: Millis) -> Result<(), StoreError> {
    event::insert(conn, &[events::of_tenant(events::CONTACT_FIELDS_UPDATED, tenant_id, now)]).await
}

fn checked_choices(kind: FieldKind, choices: &[String]) -> Result<Vec<String>, InvalidField> {
    let invalid = |message: String| InvalidField::new("choices", message);
    if kind != FieldKind::Choice {
        return if choices.is_empty() { Ok(Vec::new()) } else { Err(invalid("are for a choice only".into())) };
    }
    if !(1..=MOST_CHOICES).contains(&choices.len()) {
        return Err(invalid(format!("must be 1 to {MOST_CHOICES}")));
    }
    let mut checked: Vec<String> = Vec::new();
    for choice in choices {
        let choice = field::text("choices", choice, LONGEST_CHOICE)?;
        if checked.iter().any(|other| normalise(other) == normalise(&choice)) {
            return Err(invalid(format!("name {choice:?} twice")));
        }
        checked.push(choice);
    }
    Ok(checked)
}

/// What is kept of a value; `None`: nothing, as of a text without letters.
pub fn checked_value(field: &ContactField, value: &Value) -> Result<Option<Value>, InvalidField> {
    let invalid = |message: String| Err(InvalidField::new("fields", format!("{}: {message}", field.name)));
    let text = value.as_str().map(str::trim);
    match (field.kind, text) {
        _ if value.is_null() || text == Some("") => Ok(None),
        (FieldKind::Text, Some(text)) if text.chars().count() <= LONGEST_TEXT => Ok(Some(text.into())),
        (FieldKind::Text, _) => invalid(format!("must be a text of at most {LONGEST_TEXT} characters")),
        (FieldKind::Number, _) if value.is_number() => Ok(Some(value.clone())),
        (FieldKind::Number, _) => invalid("must be a number".into()),
        (FieldKind::Date, Some(text)) if Day::parse(text).is_some() => Ok(Some(text.into())),
        (FieldKind::Date, _) => invalid("must be a day such as \"2026-11-26\"".into()),
        (FieldKind::Choice, Some(text)) if field.choices.iter().any(|choice| choice == text) => Ok(Some(text.into())),
        (FieldKind::Choice, _) => invalid("must be one of its choices".into()),
    }
}
