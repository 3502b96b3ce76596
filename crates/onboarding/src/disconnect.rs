use secrecy::SecretString;
use serde_json::json;
use switchboard_store::{NumberStatus, Scope, Signal, TenantId, Tx, app_data_sync, number, waba};
use uuid::Uuid;

use crate::{By, Onboarding, OnboardingError, changes, context::token_of_waba};

/// What is left to do at Meta once an account has no connected number any more.
struct Leaving {
    waba_id: String,
    token: SecretString,
}

impl Onboarding {
    /// Takes a number out of service: nothing arrives for it or leaves from it any more. Its conversations, its bot and its
    /// PIN stay, and it can be connected again. With the last number of an account, the account's token is destroyed and
    /// Meta is told to send nothing more.
    ///
    /// # Errors
    /// [`OnboardingError::UnknownNumber`]. That Meta could not be told is no error: the log has it.
    pub async fn disconnect(&self, tenant: TenantId, by: By, id: Uuid) -> Result<(), OnboardingError> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let number = number::get(&mut tx.conn(), tenant, id).await?.ok_or(OnboardingError::UnknownNumber)?;
        if number.status == NumberStatus::Disconnected {
            return Ok(());
        }
        number::set_status(&mut tx.conn(), tenant, id, NumberStatus::Disconnected, None, now).await?;
        app_data_sync::forget(&mut tx.conn(), tenant, id).await?;
        number::set_warning(&mut tx.conn(), tenant, id, None, now).await?;
        let others = number::list(&mut tx.conn(), tenant).await?;
        let is_last =
            others.iter().all(|other| other.waba != number.waba || other.status == NumberStatus::Disconnected);
        let leaving = if is_last { self.leave(&mut tx, tenant, number.waba).await? } else { None };
        let detail = json!({"phone_number_id": number.phone_number_id, "waba_id": number.waba_id, "last": is_last});
        changes::audited(&mut tx.conn(), tenant, by, "number.disconnected", &id.to_string(), detail, now).await?;
        changes::numbers(&mut tx.conn(), tenant, now).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        self.notifier.notify(Signal::Outbox);
        if let Some(Leaving { waba_id, token }) = leaving
            && let Err(error) = self.graph.unsubscribe(&waba_id, &token).await
        {
            tracing::warn!(%error, %tenant, waba_id, "Meta goes on sending what happens to a disconnected account");
        }
        Ok(())
    }

    async fn leave(&self, tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<Option<Leaving>, OnboardingError> {
        let Some(waba) = waba::get(&mut tx.conn(), tenant, id).await? else { return Ok(None) };
        let leaving = match &waba.token {
            Some(envelope) => {
                let token = self.vault.open_text(&mut tx.conn(), &token_of_waba(tenant, id), envelope).await?;
                Some(Leaving { waba_id: waba.waba_id, token })
            }
            None => None,
        };
        waba::forget(&mut tx.conn(), tenant, id, self.clock.now()).await?;
        Ok(leaving)
    }
}
