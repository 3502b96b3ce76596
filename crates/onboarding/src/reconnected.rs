use switchboard_store::{Conn, Millis, NumberStatus, Result, TenantId, number, outbox, waba};
use uuid::Uuid;

/// The account works again, and with it the numbers that waited for that. What was queued on them meanwhile may leave at
/// once. `waba` is our id of the account.
pub(crate) async fn reconnected(conn: &mut Conn<'_>, tenant: TenantId, waba: Uuid, now: Millis) -> Result<()> {
    waba::reconnected(conn, tenant, waba, now).await?;
    let numbers = number::list(conn, tenant).await?;
    for number in numbers.iter().filter(|number| number.waba == waba && number.status == NumberStatus::Connected) {
        outbox::release_number(conn, tenant, number.id, now).await?;
    }
    Ok(())
}
