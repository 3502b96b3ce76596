//! How much waits, measured.

use std::{sync::Arc, time::Duration};

use switchboard_store::{Result, Scope, delivery, outbox};

use super::pause;
use crate::http::AppState;

const EVERY: Duration = Duration::from_secs(10);

pub(super) async fn run(state: Arc<AppState>) {
    loop {
        if let Err(error) = measure(&state).await {
            tracing::warn!(%error, "the backlog could not be measured");
        }
        if !pause(EVERY, &state.shutdown).await {
            return;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no backlog is near 2^52")]
async fn measure(state: &AppState) -> Result<()> {
    let mut tx = state.db.read(Scope::System).await?;
    metrics::gauge!("switchboard_webhook_backlog").set(delivery::backlog(&mut tx.conn()).await? as f64);
    metrics::gauge!("switchboard_outbox_backlog").set(outbox::backlog(&mut tx.conn()).await? as f64);
    Ok(())
}
