//! Lists that people have put together: for themselves, or for all of the tenant.

use serde_json::Value;
use switchboard_store::{
    Conn, Error as StoreError, Json, Millis, TenantId, event, new_id,
    saved_filter::{self, SavedFilter},
};
use uuid::Uuid;

use crate::{InvalidField, events, field};

/// Of a tenant, at most.
pub const MOST: i64 = 1_000;
/// Characters of a name.
const LONGEST: usize = 60;

#[derive(Debug, thiserror::Error)]
pub enum SavedFilterError {
    /// Or it is somebody else's.
    #[error("there is no such filter")]
    NotFound,
    /// Who may manage the inbox says what all share.
    #[error("the filter is everybody's")]
    Shared,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error("a business has at most {MOST} saved filters")]
    Full,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who keeps filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeper {
    pub tenant_id: TenantId,
    /// `None`: a program, which has only what all share.
    pub person: Option<Uuid>,
    pub may_share: bool,
}

/// Keeps a filter, for `keeper` alone or for all.
pub async fn keep(
    conn: &mut Conn<'_>,
    now: Millis,
    keeper: Keeper,
    name: &str,
    filter: Value,
    shared: bool,
) -> Result<SavedFilter, SavedFilterError> {
    let shared = shared || keeper.person.is_none();
    if shared && !keeper.may_share {
        return Err(SavedFilterError::Shared);
    }
    let name = field::text("name", name, LONGEST)?;
    if saved_filter::count(conn, keeper.tenant_id).await? >= MOST {
        return Err(SavedFilterError::Full);
    }
    let kept = SavedFilter {
        tenant_id: keeper.tenant_id,
        id: new_id(now),
        person_id: keeper.person.filter(|_| !shared),
        name,
        filter: Json(filter),
        created_at: now,
        updated_at: now,
    };
    saved_filter::insert(conn, &kept).await?;
    tell(conn, keeper.tenant_id, now).await?;
    Ok(kept)
}

pub async fn rename(
    conn: &mut Conn<'_>,
    now: Millis,
    keeper: Keeper,
    id: Uuid,
    name: &str,
) -> Result<SavedFilter, SavedFilterError> {
    let kept = own(conn, keeper, id).await?;
    let name = field::text("name", name, LONGEST)?;
    saved_filter::rename(conn, keeper.tenant_id, id, &name, now).await?;
    tell(conn, keeper.tenant_id, now).await?;
    Ok(SavedFilter { name, updated_at: now, ..kept })
}

pub async fn delete(conn: &mut Conn<'_>, now: Millis, keeper: Keeper, id: Uuid) -> Result<(), SavedFilterError> {
    own(conn, keeper, id).await?;
    saved_filter::delete(conn, keeper.tenant_id, id).await?;
    Ok(tell(conn, keeper.tenant_id, now).await?)
}

/// One that `keeper` may change.
async fn own(conn: &mut Conn<'_>, keeper: Keeper, id: Uuid) -> Result<SavedFilter, SavedFilterError> {
    let kept = saved_filter::get(conn, keeper.tenant_id, id).await?.ok_or(SavedFilterError::NotFound)?;
    match kept.person_id {
        None if keeper.may_share => Ok(kept),
        None => Err(SavedFilterError::Shared),
        Some(person) if Some(person) == keeper.person => Ok(kept),
        Some(_) => Err(SavedFilterError::NotFound),
    }
}

async fn tell(conn: &mut Conn<'_>, tenant_id: TenantId, now: Millis) -> Result<(), StoreError> {
    event::insert(conn, &[events::of_tenant(events::FILTERS_UPDATED, tenant_id, now)]).await
}
