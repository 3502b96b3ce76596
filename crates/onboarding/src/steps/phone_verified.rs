//! The number becomes the tenant's and is registered with the Cloud API.

use secrecy::SecretString;
use switchboard_crypto::token::random_pin;
use switchboard_graph_client::{GraphError, PhoneNumber};
use switchboard_store::{
    Tx, new_id,
    number::{self, NewNumber},
    onboarding,
};
use uuid::Uuid;

use super::{
    choose,
    refused::{Held, held_elsewhere},
};
use crate::{
    context::{Context, pin_of_number},
    dialog,
    failure::StepError,
};

const WRONG_PIN: i64 = 133_005;

pub(super) async fn run(context: &Context) -> Result<(), StepError> {
    let (waba, token) = (context.waba().await?, context.token().await?);
    let listed = context.service.graph.phone_numbers(&waba.waba_id, &token).await;
    let listed =
        listed.map_err(|error| StepError::meta("The numbers of the WhatsApp account cannot be read.", &error))?;
    let number = meant(context, listed).await?;
    match kept(context, waba.id, &number).await? {
        None => Ok(()),
        Some(pin) => {
            let registered = context.service.graph.register(&number.id, &pin, &token).await;
            registered.map_err(|error| not_registered(&error))
        }
    }
}

async fn meant(context: &Context, listed: Vec<PhoneNumber>) -> Result<PhoneNumber, StepError> {
    let (wanted, before) = (context.wanted().await?, chosen_before(context).await?);
    if let Some(number) = wanted.reauthorises {
        let position = listed.iter().position(|it| it.id == number.phone_number_id);
        return position.and_then(|at| listed.into_iter().nth(at)).ok_or_else(|| {
            StepError::told(format!(
                "The WhatsApp account no longer has the number {}. Look for it in WhatsApp Manager, then try again.",
                number.display_phone_number
            ))
        });
    }
    let named = context.hints.phone_number_id.as_deref().or(before.as_deref());
    if named.is_none() && dialog::without_number(&wanted.dialog) && !listed.is_empty() {
        return Err(StepError::told(
            "No number was chosen in the dialog at Meta. Choose one of the WhatsApp account's numbers to connect.",
        ));
    }
    // What a person chose is not replaced by something else.
    if let Some(chosen) = context.hints.phone_number_id.as_deref().filter(|id| listed.iter().all(|it| it.id != *id)) {
        return Err(StepError::told(format!(
            "The WhatsApp account has no number with the id {chosen}. Choose another."
        )));
    }
    let on_phone = dialog::from_phone_app(&wanted.dialog);
    choose::number(listed, [named, wanted.hints.phone_number_id.as_deref()], on_phone).ok_or_else(|| {
        StepError::told("The WhatsApp account has no phone number yet. Add one in WhatsApp Manager, then try again.")
    })
}

/// Meta's id of the number that this run settled on when the step was tried before.
async fn chosen_before(context: &Context) -> Result<Option<String>, StepError> {
    let Some(id) = context.row().await?.number_id else {
        return Ok(None);
    };
    let mut tx = context.read().await?;
    Ok(number::get(&mut tx.conn(), context.caller.tenant, id).await?.map(|number| number.phone_number_id))
}

/// Stores the number; the PIN to register it with, unless it must not be registered.
///
/// The PIN is stored before it is sent: Meta asks for it on every later registration and tells it to nobody.
async fn kept(context: &Context, waba: Uuid, number: &PhoneNumber) -> Result<Option<SecretString>, StepError> {
    let (tenant, now) = (context.caller.tenant, context.service.clock.now());
    let mut tx = context.write().await?;
    let upserted = number::upsert(&mut tx.conn(), tenant, new_id(now), &described(waba, number), now).await;
    let id = match upserted {
        Ok(id) => id,
        Err(error) => {
            drop(tx);
            return Err(held_elsewhere(context, error, Held::Number(&number.id)).await);
        }
    };
    onboarding::set_number(&mut tx.conn(), tenant, context.id, id).await?;
    let pin = if needs_registration(number) { Some(pin(context, &mut tx, id).await?) } else { None };
    tx.commit().await?;
    Ok(pin)
}

fn described(waba: Uuid, number: &PhoneNumber) -> NewNumber<'_> {
    NewNumber {
        waba,
        phone_number_id: &number.id,
        display_phone_number: number.display_phone_number.as_deref().unwrap_or(&number.id),
        verified_name: number.verified_name.as_deref(),
        quality: number.quality_rating.as_deref(),
        // Meta tells it by webhook when it changes.
        messaging_limit: None,
        coexistence: on_phone(number),
        messages_per_second: messages_per_second(number),
    }
}

/// Source: whatsapp/throughput.
pub(crate) fn messages_per_second(number: &PhoneNumber) -> i64 {
    let level = number.throughput.as_ref().map(|throughput| throughput.level.as_str());
    match level {
        _ if on_phone(number) => 20,
        Some("HIGH") => 1000,
        _ => 80,
    }
}

pub(crate) fn on_phone(number: &PhoneNumber) -> bool {
    number.is_on_biz_app.unwrap_or(false)
}

/// A number in use on the phone must not be registered; one that is connected is registered already.
fn needs_registration(number: &PhoneNumber) -> bool {
    !on_phone(number) && number.status.as_deref() != Some("CONNECTED")
}

/// The PIN of an earlier try, which may have reached Meta, or a new one.
async fn pin(context: &Context, tx: &mut Tx, id: Uuid) -> Result<SecretString, StepError> {
    let tenant = context.caller.tenant;
    let place = pin_of_number(tenant, id);
    let stored = number::get(&mut tx.conn(), tenant, id).await?.and_then(|number| number.pin);
    if let Some(envelope) = stored {
        return Ok(context.service.vault.open_text(&mut tx.conn(), &place, &envelope).await?);
    }
    let pin = random_pin();
    let envelope = context.seal(tx, &place, &pin).await?;
    number::set_pin(&mut tx.conn(), tenant, id, &envelope, context.service.clock.now()).await?;
    Ok(pin)
}

fn not_registered(error: &GraphError) -> StepError {
    if error.code == Some(WRONG_PIN) {
        let sentence = "The number is protected by a two-step verification PIN of its own. Turn two-step verification off for \
                        it in WhatsApp Manager, then try again.";
        return StepError::meta_in_words(sentence, error);
    }
    StepError::meta("Meta did not register the number.", error)
}
