//! The code becomes a token, and the token rests encrypted before anything else is done.

use std::time::Duration;

use secrecy::SecretString;
use switchboard_store::onboarding;

use super::grant;
use crate::{
    consent::Way,
    context::{Context, token_of_run},
    failure::StepError,
};

/// A token that ends sooner is exchanged for one that lasts, where Meta does that.
const SHORT_LIVED: Duration = Duration::from_hours(7 * 24);

pub(super) async fn run(context: &Context) -> Result<(), StepError> {
    // Tried again after the exchange, only the check is left to do: the code is good once.
    let token = if context.row().await?.token.is_some() { context.token().await? } else { exchanged(context).await? };
    grant::inspected(context, &token).await?;
    Ok(())
}

/// Source: whatsapp/embedded-signup/onboarding-customers-as-a-tech-provider, and for the redirect
/// facebook-login/guides/advanced/manual-flow: the redirect URI must be the dialog's, byte for byte.
async fn exchanged(context: &Context) -> Result<SecretString, StepError> {
    let code = context.code.as_ref().ok_or_else(StepError::start_again)?;
    let row = context.row().await?;
    let redirect_uri = (code.came_by == Way::Redirect).then_some(row.redirect_uri.as_str());
    let exchanged = context.service.graph.exchange_code(&code.code, redirect_uri).await.map_err(|error| {
        let sentence =
            "Meta gave no access for the permission, which is good for 30 seconds only. Start the connection again.";
        StepError::meta_in_words(sentence, &error)
    })?;
    keep(context, &exchanged.token).await?;
    if exchanged.expires_in.is_none_or(|lasts| lasts >= SHORT_LIVED) {
        return Ok(exchanged.token);
    }
    prolonged(context, exchanged.token).await
}

/// Documented for the tokens of people; business tokens may refuse it, and are good as they are.
async fn prolonged(context: &Context, token: SecretString) -> Result<SecretString, StepError> {
    match context.service.graph.exchange_long_lived(&token).await {
        Ok(longer) => {
            keep(context, &longer.token).await?;
            Ok(longer.token)
        }
        Err(error) => {
            tracing::info!(%error, tenant = %context.caller.tenant, "a short-lived token could not be prolonged");
            Ok(token)
        }
    }
}

async fn keep(context: &Context, token: &SecretString) -> Result<(), StepError> {
    let tenant = context.caller.tenant;
    let mut tx = context.write().await?;
    let envelope = context.seal(&mut tx, &token_of_run(tenant, context.id), token).await?;
    onboarding::set_token(&mut tx.conn(), tenant, context.id, &envelope).await?;
    tx.commit().await?;
    Ok(())
}
