//! The tenant's numbers and the bots that serve them.

use serde_json::json;
use switchboard_store::{
    Error, Scope, Signal, TenantId, bot,
    number::{self, Number},
};
use uuid::Uuid;

use crate::{By, Onboarding, changes};

#[derive(Debug, thiserror::Error)]
pub enum NumberError {
    #[error("the tenant has no such number")]
    UnknownNumber,
    #[error("the tenant has no such bot")]
    UnknownBot,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Onboarding {
    /// All numbers, oldest first, disconnected ones too.
    pub async fn numbers(&self, tenant: TenantId) -> Result<Vec<Number>, NumberError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        Ok(number::list(&mut tx.conn(), tenant).await?)
    }

    pub async fn number(&self, tenant: TenantId, id: Uuid) -> Result<Number, NumberError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        number::get(&mut tx.conn(), tenant, id).await?.ok_or(NumberError::UnknownNumber)
    }

    /// Puts a number into the hands of a bot, or of people alone. What is said from then on is answered accordingly.
    pub async fn assign_bot(
        &self,
        tenant: TenantId,
        by: By,
        id: Uuid,
        bot: Option<Uuid>,
    ) -> Result<Number, NumberError> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let mut conn = tx.conn();
        number::get(&mut conn, tenant, id).await?.ok_or(NumberError::UnknownNumber)?;
        if let Some(bot) = bot {
            bot::get(&mut conn, tenant, bot).await?.ok_or(NumberError::UnknownBot)?;
        }
        number::set_bot(&mut conn, tenant, id, bot, now).await?;
        let detail = json!({"bot_id": bot});
        changes::audited(&mut conn, tenant, by, "number.bot_assigned", &id.to_string(), detail, now).await?;
        changes::numbers(&mut conn, tenant, now).await?;
        let number = number::get(&mut conn, tenant, id).await?.ok_or(NumberError::UnknownNumber)?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(number)
    }
}
