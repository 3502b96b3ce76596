//! Colleagues see that one of them types, so that no two answer at once.

use std::time::Duration;

use switchboard_store::{Conn, Millis, Result, TenantId, conversation, event};
use uuid::Uuid;

use crate::events;

/// How long colleagues believe it. Whoever goes on typing says so again before that.
const BELIEVED: Duration = Duration::from_secs(8);

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// A message to the customer.
    Reply,
    /// A note to colleagues.
    Note,
}

/// Tells colleagues that a person types. `None`: there is no such conversation.
pub async fn tell(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    id: Uuid,
    person: Uuid,
    writing: Writing,
) -> Result<Option<()>> {
    let Some(overview) = conversation::get(conn, tenant_id, id).await? else { return Ok(None) };
    event::insert(conn, &[events::typing(&overview.conversation, person, writing, now, now + BELIEVED)]).await?;
    Ok(Some(()))
}
