//! The WhatsApp Business Account becomes the tenant's, and takes over the token.

use secrecy::SecretString;
use switchboard_graph_client::{TokenInfo, Waba};
use switchboard_store::{
    Millis, new_id, onboarding,
    waba::{self, Grant},
};

use super::{
    choose, grant,
    refused::{Held, held_elsewhere},
};
use crate::{
    context::{Context, token_of_waba},
    failure::StepError,
};

pub(super) async fn run(context: &Context) -> Result<(), StepError> {
    let token = context.token().await?;
    let info = grant::inspected(context, &token).await?;
    let waba_id = meant(context, &info, &token).await?;
    let described = described(context, &waba_id, &token).await;
    link(context, &waba_id, described.as_ref(), &info, &token).await
}

/// A browser may name any account: it is believed only as far as the token goes.
async fn meant(context: &Context, info: &TokenInfo, token: &SecretString) -> Result<String, StepError> {
    let wanted = context.wanted().await?;
    let number = wanted.reauthorises.as_ref();
    let hint = number.map(|number| number.waba_id.as_str()).or(wanted.hints.waba_id.as_deref());
    if let Some(number) = number.filter(|number| !covers(info, &number.waba_id)) {
        return Err(StepError::told(format!(
            "The permission covers another WhatsApp account than that of {}. Start again and choose the account it belongs \
             to at Meta.",
            number.display_phone_number
        )));
    }
    // What a person chose is not replaced by something else.
    if let Some(chosen) = context.hints.waba_id.as_deref().filter(|chosen| !covers(info, chosen)) {
        return Err(StepError::told(format!(
            "The permission does not cover the WhatsApp account {chosen}. Choose another, or start again and share it."
        )));
    }
    if let Some(granted) = choose::waba(&info.waba_ids(), hint) {
        return Ok(granted.to_owned());
    }
    // Granted for all accounts, none is listed. Then what the token opens is what was granted.
    let hint = hint.ok_or_else(|| {
        StepError::told("No WhatsApp account was shared. Start the connection again and choose or make an account.")
    })?;
    let graph = &context.service.graph;
    let refused = |error| StepError::meta("The chosen WhatsApp account cannot be opened.", &error);
    graph.waba(hint, token).await.map_err(refused)?;
    graph.phone_numbers(hint, token).await.map_err(refused)?;
    Ok(hint.to_owned())
}

/// A permission for all accounts lists none.
fn covers(info: &TokenInfo, waba_id: &str) -> bool {
    let granted = info.waba_ids();
    granted.is_empty() || granted.contains(&waba_id)
}

/// For people to recognise the account by; a connection does not fail for it.
async fn described(context: &Context, waba_id: &str, token: &SecretString) -> Option<Waba> {
    match context.service.graph.waba(waba_id, token).await {
        Ok(waba) => Some(waba),
        Err(error) => {
            tracing::info!(%error, tenant = %context.caller.tenant, waba_id, "an account could not be described");
            None
        }
    }
}

async fn link(
    context: &Context,
    waba_id: &str,
    described: Option<&Waba>,
    info: &TokenInfo,
    token: &SecretString,
) -> Result<(), StepError> {
    let (tenant, now) = (context.caller.tenant, context.service.clock.now());
    let name = described.and_then(|waba| waba.name.as_deref());
    let business_id = described.and_then(|waba| waba.owner_business_info.as_ref()).map(|owner| owner.id.as_str());
    let mut tx = context.write().await?;
    let upserted = waba::upsert(&mut tx.conn(), tenant, new_id(now), waba_id, name, now).await;
    let waba = match upserted {
        Ok(id) => id,
        Err(error) => {
            drop(tx);
            return Err(held_elsewhere(context, error, Held::Waba(waba_id)).await);
        }
    };
    let envelope = context.seal(&mut tx, &token_of_waba(tenant, waba), token).await?;
    let grant = Grant {
        envelope: &envelope,
        expires_at: info.expires_at.map(|seconds| Millis(seconds.saturating_mul(1000))),
        scopes: &info.scopes,
        meta_user_id: info.user_id.as_deref(),
        business_id,
    };
    waba::set_grant(&mut tx.conn(), tenant, waba, &grant, now).await?;
    onboarding::set_waba(&mut tx.conn(), tenant, context.id, waba).await?;
    tx.commit().await?;
    Ok(())
}
