//! A tenant's own labels.

use switchboard_store::{
    Conn, Error as StoreError, LabelColour, Millis, TenantId, event,
    label::{self, Label},
    new_id,
};
use uuid::Uuid;

use crate::{InvalidField, events, field, text::normalise};

/// Labels of a tenant, at most: they are read whole, and chosen from a menu.
pub const MOST: usize = 100;
/// Characters of a name.
const LONGEST: usize = 40;

#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    #[error("there is no such label")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error("there is a label of this name already")]
    NameTaken,
    #[error("a business has at most {MOST} labels")]
    Full,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for LabelError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Duplicate { .. }) { Self::NameTaken } else { Self::Store(error) }
    }
}

pub async fn create(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    name: &str,
    colour: LabelColour,
) -> Result<Label, LabelError> {
    let name = field::text("name", name, LONGEST)?;
    if label::all(conn, tenant_id).await?.len() >= MOST {
        return Err(LabelError::Full);
    }
    let name_key = normalise(&name);
    let label = Label { tenant_id, id: new_id(now), name, name_key, colour, created_at: now, updated_at: now };
    label::insert(conn, &label).await?;
    tell(conn, tenant_id, now).await?;
    Ok(label)
}

/// Gives a label another name or colour. What is `None` stays.
pub async fn update(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    id: Uuid,
    name: Option<&str>,
    colour: Option<LabelColour>,
) -> Result<Label, LabelError> {
    let mut label = label::get(conn, tenant_id, id).await?.ok_or(LabelError::NotFound)?;
    if let Some(name) = name {
        label.name = field::text("name", name, LONGEST)?;
        label.name_key = normalise(&label.name);
    }
    label.colour = colour.unwrap_or(label.colour);
    label.updated_at = now;
    label::update(conn, &label).await?;
    tell(conn, tenant_id, now).await?;
    Ok(label)
}

/// Deletes a label, and takes it off every conversation.
pub async fn delete(conn: &mut Conn<'_>, now: Millis, tenant_id: TenantId, id: Uuid) -> Result<(), LabelError> {
    if !label::delete(conn, tenant_id, id).await? {
        return Err(LabelError::NotFound);
    }
    Ok(tell(conn, tenant_id, now).await?)
}

async fn tell(conn: &mut Conn<'_>, tenant_id: TenantId, now: Millis) -> Result<(), StoreError> {
    event::insert(conn, &[events::of_tenant(events::LABELS_UPDATED, tenant_id, now)]).await
}
