//! Meta refused an account's token: its numbers wait for a person to connect them again.

use std::sync::Arc;

use switchboard_inbox::delivery::TokenRefused;
use switchboard_onboarding::reauth_required;
use switchboard_store::{Result, Scope, Signal};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::http::AppState;

pub(super) async fn run(state: Arc<AppState>, mut refusals: UnboundedReceiver<TokenRefused>) {
    loop {
        let refused = tokio::select! {
            refused = refusals.recv() => refused,
            () = state.shutdown.cancelled() => return,
        };
        let Some(refused) = refused else { return };
        match note(&state, &refused).await {
            Ok(true) => state.notifier.notify(Signal::Event),
            Ok(false) => {}
            // The next message that is refused says it again.
            Err(error) => tracing::error!(%error, waba.id = %refused.waba, "a refused token could not be noted"),
        }
    }
}

/// `false`: it was known.
async fn note(state: &AppState, refused: &TokenRefused) -> Result<bool> {
    let mut tx = state.db.write(Scope::Tenant(refused.tenant_id)).await?;
    let now = state.clock.now();
    let new = reauth_required(&mut tx.conn(), refused.tenant_id, refused.waba, &refused.reason, now).await?;
    tx.commit().await?;
    Ok(new)
}
