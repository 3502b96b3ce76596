//! Answers a tenant's people give again and again.

use switchboard_store::{
    Conn, Error as StoreError, Millis, TenantId,
    canned_reply::{self, CannedReply},
    event, new_id,
};
use uuid::Uuid;

use crate::{InvalidField, events, field};

/// Of a tenant, at most: they are read whole, and chosen from a list.
pub const MOST: usize = 500;
/// Characters.
const LONGEST_SHORTCUT: usize = 30;
const LONGEST_TITLE: usize = 100;
const LONGEST_TEXT: usize = 4_000;

#[derive(Debug, thiserror::Error)]
pub enum CannedReplyError {
    #[error("there is no such reply")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error("there is a reply of this shortcut already")]
    ShortcutTaken,
    #[error("a business has at most {MOST} canned replies")]
    Full,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CannedReplyError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Duplicate { .. }) { Self::ShortcutTaken } else { Self::Store(error) }
    }
}

/// What can be set of a canned reply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pub shortcut: Option<String>,
    pub title: Option<String>,
    pub text: Option<String>,
}

pub async fn create(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    fields: Fields,
) -> Result<CannedReply, CannedReplyError> {
    let mut reply = CannedReply {
        tenant_id,
        id: new_id(now),
        shortcut: String::new(),
        title: String::new(),
        text: String::new(),
        created_at: now,
        updated_at: now,
    };
    let Fields { shortcut, title, text } = fields;
    let all = Fields {
        shortcut: Some(shortcut.unwrap_or_default()),
        title: Some(title.unwrap_or_default()),
        text: Some(text.unwrap_or_default()),
    };
    apply(&mut reply, all)?;
    if canned_reply::all(conn, tenant_id).await?.len() >= MOST {
        return Err(CannedReplyError::Full);
    }
    canned_reply::insert(conn, &reply).await?;
    tell(conn, tenant_id, now).await?;
    Ok(reply)
}

/// What is `None` stays as it is.
pub async fn update(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    id: Uuid,
    fields: Fields,
) -> Result<CannedReply, CannedReplyError> {
    let mut reply = canned_reply::get(conn, tenant_id, id).await?.ok_or(CannedReplyError::NotFound)?;
    apply(&mut reply, fields)?;
    reply.updated_at = now;
    canned_reply::update(conn, &reply).await?;
    tell(conn, tenant_id, now).await?;
    Ok(reply)
}

pub async fn delete(conn: &mut Conn<'_>, now: Millis, tenant_id: TenantId, id: Uuid) -> Result<(), CannedReplyError> {
    if !canned_reply::delete(conn, tenant_id, id).await? {
        return Err(CannedReplyError::NotFound);
    }
    Ok(tell(conn, tenant_id, now).await?)
}

fn apply(reply: &mut CannedReply, fields: Fields) -> Result<(), InvalidField> {
    if let Some(shortcut) = fields.shortcut {
        reply.shortcut = shortcut_of(&shortcut)?;
    }
    if let Some(title) = fields.title {
        reply.title = field::text("title", &title, LONGEST_TITLE)?;
    }
    if let Some(text) = fields.text {
        reply.text = field::text("text", &text, LONGEST_TEXT)?;
    }
    Ok(())
}

/// A word that can be typed after a slash: letters, digits, `-` and `_`.
fn shortcut_of(text: &str) -> Result<String, InvalidField> {
    let text = text.trim().trim_start_matches('/').to_lowercase();
    let shortcut = field::text("shortcut", &text, LONGEST_SHORTCUT)?;
    if shortcut.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        Ok(shortcut)
    } else {
        Err(InvalidField::new("shortcut", "must be one word of letters, digits, - and _"))
    }
}

async fn tell(conn: &mut Conn<'_>, tenant_id: TenantId, now: Millis) -> Result<(), StoreError> {
    event::insert(conn, &[events::of_tenant(events::CANNED_REPLIES_UPDATED, tenant_id, now)]).await
}
