//! The `state` that goes out with Meta's dialog and must come back with its answer.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use switchboard_crypto::token;
use switchboard_store::{
    Scope,
    onboarding::{self, Bearer},
};

use crate::{By, Caller, Onboarding, OnboardingError, changes};

/// Long enough to make a business account and verify a number in the dialog.
pub(crate) const VALID_FOR: Duration = Duration::from_mins(10);

pub(crate) fn hash(state: &SecretString) -> [u8; 32] {
    token::digest(state.expose_secret())
}

pub(crate) fn bearer(caller: Caller) -> Bearer {
    Bearer { person_id: caller.person, session_id: caller.session }
}

impl Onboarding {
    /// Why [`onboarding::consume`] found nothing to use up.
    pub(crate) async fn why_refused(
        &self,
        state_hash: &[u8],
        caller: Caller,
    ) -> Result<OnboardingError, OnboardingError> {
        // Whose the state is, is the question: so not only the caller's own are looked at.
        let mut tx = self.db.read(Scope::System).await?;
        let Some(run) = onboarding::by_state(&mut tx.conn(), state_hash).await? else {
            return Ok(OnboardingError::StateInvalid);
        };
        let theirs = run.tenant == caller.tenant
            && run.person_id == caller.person
            && (run.session_id.is_none() || run.session_id == caller.session);
        drop(tx);
        Ok(match (theirs, run.consumed_at) {
            (false, _) => {
                self.stolen(caller).await?;
                OnboardingError::StateNotYours
            }
            (true, Some(_)) => OnboardingError::StateReplayed,
            (true, None) => OnboardingError::StateExpired,
        })
    }

    /// Who brought somebody else's state is on record with their own tenant.
    async fn stolen(&self, caller: Caller) -> Result<(), OnboardingError> {
        let now = self.clock.now();
        let (by, detail) = (By::person(caller.person), json!({"reason": "the state belongs to somebody else"}));
        let mut tx = self.db.write(Scope::Tenant(caller.tenant)).await?;
        let target = caller.person.to_string();
        changes::audited(&mut tx.conn(), caller.tenant, by, "onboarding.refused", &target, detail, now).await?;
        Ok(tx.commit().await?)
    }
}
