use std::time::Duration;

use switchboard_store::{Scope, TenantId, VaultError, WabaStatus, waba};
use tokio::time::timeout;

use crate::{Onboarding, context::token_of_waba};

/// A tenant that goes does not wait longer for Meta.
const PATIENCE: Duration = Duration::from_secs(10);

impl Onboarding {
    /// Tells Meta to send nothing more of a tenant that is about to be deleted, while its tokens can still be read. As far
    /// as that goes: what Meta sends nevertheless is nobody's and is kept as such.
    pub async fn take_leave(&self, tenant: TenantId) {
        match timeout(PATIENCE, self.unsubscribe_all(tenant)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, %tenant, "the accounts of a tenant could not be read"),
            Err(_) => tracing::warn!(%tenant, "Meta was not told in time that a tenant goes"),
        }
    }

    async fn unsubscribe_all(&self, tenant: TenantId) -> Result<(), VaultError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let mut leaving = Vec::new();
        for account in waba::list(&mut tx.conn(), tenant).await? {
            if let (Some(envelope), true) = (&account.token, account.status != WabaStatus::Disconnected) {
                let place = token_of_waba(tenant, account.id);
                let token = self.vault.open_text(&mut tx.conn(), &place, envelope).await?;
                leaving.push((account.waba_id, token));
            }
        }
        drop(tx);
        for (waba_id, token) in leaving {
            if let Err(error) = self.graph.unsubscribe(&waba_id, &token).await {
                tracing::warn!(%error, %tenant, waba_id, "Meta goes on sending what happens to the account of a tenant that goes");
            }
        }
        Ok(())
    }
}
