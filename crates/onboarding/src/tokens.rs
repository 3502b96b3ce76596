//! The tokens a tenant holds, and what they cover.

use secrecy::SecretString;
use switchboard_graph_client::{GraphError, TokenInfo};
use switchboard_store::{Scope, TenantId, WabaStatus, onboarding, waba};

use crate::{
    Onboarding, OnboardingError,
    context::{token_of_run, token_of_waba},
};

/// A token, and Meta's id of the account it is used for, if it has one yet.
pub(crate) struct Held {
    pub(crate) token: SecretString,
    pub(crate) waba_id: Option<String>,
}

impl Held {
    /// Meta's ids of the accounts it covers, for whatever `info` says. One that was granted for everything lists none: then
    /// the account it is used for is what is known.
    pub(crate) fn covers(&self, info: &TokenInfo) -> Vec<String> {
        let listed = info.waba_ids();
        if listed.is_empty() {
            return self.waba_id.iter().cloned().collect();
        }
        listed.into_iter().map(str::to_owned).collect()
    }
}

impl Onboarding {
    /// The token of a run that nothing owns yet, then those of the accounts that are connected.
    pub(crate) async fn held_tokens(&self, tenant: TenantId) -> Result<Vec<Held>, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let mut conn = tx.conn();
        let mut sealed = Vec::new();
        if let Some(run) = onboarding::newest(&mut conn, tenant).await?
            && let Some(envelope) = run.token
        {
            sealed.push((token_of_run(tenant, run.id), envelope, None));
        }
        for waba in waba::list(&mut conn, tenant).await? {
            if let (WabaStatus::Connected, Some(envelope)) = (waba.status, waba.token) {
                sealed.push((token_of_waba(tenant, waba.id), envelope, Some(waba.waba_id)));
            }
        }
        let mut held = Vec::with_capacity(sealed.len());
        for (place, envelope, waba_id) in sealed {
            held.push(Held { token: self.vault.open_text(&mut conn, &place, &envelope).await?, waba_id });
        }
        Ok(held)
    }

    /// A token that covers the account, by Meta's word.
    pub(crate) async fn token_covering(
        &self,
        tenant: TenantId,
        waba_id: &str,
    ) -> Result<SecretString, OnboardingError> {
        let mut held = self.held_tokens(tenant).await?;
        // Most likely the account's own.
        held.sort_by_key(|held| held.waba_id.as_deref() != Some(waba_id));
        for held in held {
            let info = self.graph.debug_token(&held.token).await.map_err(|error| unanswered(&error))?;
            if info.is_valid && held.covers(&info).iter().any(|id| id == waba_id) {
                return Ok(held.token);
            }
        }
        Err(OnboardingError::NotGranted)
    }
}

pub(crate) fn unanswered(error: &GraphError) -> OnboardingError {
    tracing::info!(%error, "Meta did not say what a permission covers");
    OnboardingError::Meta(error.plain_reason())
}
