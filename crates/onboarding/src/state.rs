//! The `state` that goes out with Meta's dialog and must come back with its answer.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use switchboard_crypto::token;
use switchboard_store::{
    Scope,
    onboarding::{self, Bearer},
};

use crate::{Caller, Onboarding, OnboardingError};

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
        Ok(match (theirs, run.consumed_at) {
            (false, _) => OnboardingError::StateNotYours,
            (true, Some(_)) => OnboardingError::StateReplayed,
            (true, None) => OnboardingError::StateExpired,
        })
    }
}
