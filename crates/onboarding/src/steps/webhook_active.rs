//! The account's webhooks come to us.

use crate::{context::Context, failure::StepError};

pub(super) async fn run(context: &Context) -> Result<(), StepError> {
    let (waba, token) = (context.waba().await?, context.token().await?);
    let graph = &context.service.graph;
    let subscribed = graph.subscribe(&waba.waba_id, &token, context.service.config.webhook_override()).await;
    subscribed.map_err(|error| StepError::meta("Meta did not agree to send messages here.", &error))?;
    let apps = graph.subscribed_apps(&waba.waba_id, &token).await;
    let apps = apps.map_err(|error| StepError::meta("Meta did not say whether it sends messages here.", &error))?;
    if apps.iter().any(|app| app.id.as_deref() == Some(context.service.config.app_id.as_str())) {
        return Ok(());
    }
    Err(StepError::told("Meta accepted to send messages here but does not list it. Try again in a moment."))
}
