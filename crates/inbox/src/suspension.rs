//! A tenant that may not work for a while. What customers write is stored; nobody is answered and nothing leaves.
//!
//! Turns end and are made due again on resuming, wherever the service window is still open by then. What is queued stays
//! queued: [`delivery`](crate::delivery) asks for the tenant's status before anything leaves, and for the window.

use switchboard_store::{Conn, Millis, Result, TenantId, conversation, outbox};

use crate::window::SERVICE_WINDOW;

/// Part of the transaction that suspends a tenant.
pub async fn suspend(conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<()> {
    conversation::stop_turns(conn, tenant, now).await?;
    Ok(())
}

/// Part of the transaction that lets a tenant work again; the workers of turns and of the outbox are to be woken after.
pub async fn resume(conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<()> {
    conversation::resume_turns(conn, tenant, now - SERVICE_WINDOW, now).await?;
    outbox::release_tenant(conn, tenant, now).await
}
