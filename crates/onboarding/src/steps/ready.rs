//! The number goes into service, and with it whatever of its account waited for a new token.

use serde_json::json;
use switchboard_store::{Error, Scope, Signal, Tx, bot, leftover, number};
use uuid::Uuid;

use crate::{By, changes, context::Context, failure::StepError, reconnected::reconnected};

pub(super) async fn run(context: &Context) -> Result<(), StepError> {
    let (tenant, now) = (context.caller.tenant, context.service.clock.now());
    let row = context.row().await?;
    let (waba, id) = row.waba_id.zip(row.number_id).ok_or_else(StepError::start_again)?;
    claim_leftovers(context, id).await?;
    let mut tx = context.write().await?;
    let number = number::get(&mut tx.conn(), tenant, id).await?.ok_or_else(StepError::start_again)?;
    number::set_in_service(&mut tx.conn(), tenant, id, now).await?;
    reconnected(&mut tx.conn(), tenant, waba, now).await?;
    if number.bot_id.is_none() {
        serve_by_first_bot(context, &mut tx, &number).await?;
    }
    let detail = json!({"phone_number_id": number.phone_number_id, "waba_id": number.waba_id});
    let by = By::person(context.caller.person);
    changes::audited(&mut tx.conn(), tenant, by, "number.connected", &id.to_string(), detail, now).await?;
    changes::numbers(&mut tx.conn(), tenant, now).await?;
    tx.commit().await?;
    // What was queued while the token was dead leaves now.
    context.service.notifier.notify(Signal::Outbox);
    if number.coexistence {
        take_over(context, id).await;
    }
    Ok(())
}

/// Asks for the phone app's contacts and history while Meta gives them. The number works without them, so that a failure is
/// told with them and stops nothing.
async fn take_over(context: &Context, number: Uuid) {
    if let Err(error) = context.service.request_app_data(context.caller.tenant, number).await {
        tracing::error!(%error, tenant = %context.caller.tenant, %number, "the phone app's data could not be asked for");
    }
}

async fn serve_by_first_bot(context: &Context, tx: &mut Tx, number: &number::Number) -> Result<(), Error> {
    let (tenant, now) = (context.caller.tenant, context.service.clock.now());
    let first = bot::list(&mut tx.conn(), tenant, None, 1).await?.into_iter().next();
    match first {
        Some(bot) => number::set_bot(&mut tx.conn(), tenant, number.id, Some(bot.id), now).await,
        None => Ok(()),
    }
}

/// What Meta posted for the number before anybody here had it can be seen, and replayed, by the tenant from now on.
async fn claim_leftovers(context: &Context, number: Uuid) -> Result<(), StepError> {
    let tenant = context.caller.tenant;
    // The one thing that lies outside the tenant's own rows.
    let mut tx = context.service.db.write(Scope::System).await?;
    if let Some(number) = number::get(&mut tx.conn(), tenant, number).await? {
        for concerned in [&number.phone_number_id, &number.waba_id] {
            leftover::claim(&mut tx.conn(), tenant, concerned).await?;
        }
    }
    Ok(tx.commit().await?)
}
