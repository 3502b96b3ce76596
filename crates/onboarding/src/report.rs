use secrecy::SecretString;
use serde_json::Value;
use switchboard_store::{
    Scope, Signal, Step, StepState,
    onboarding::{self, Failure},
};

use crate::{
    Caller, Onboarding, OnboardingError, changes, dialog,
    state::{self, bearer},
};

impl Onboarding {
    /// The browser heard `event` from Meta's dialog, with or without a code. It is kept with the run: a finish guides the
    /// steps whenever the code comes, also when it came before; a cancel or an error shows why no code came. The state
    /// stays good, for the code may still come.
    ///
    /// # Errors
    /// The `State…` kinds of [`OnboardingError`].
    pub async fn report(
        &self,
        caller: Caller,
        state: &SecretString,
        event: &str,
        data: &Value,
    ) -> Result<(), OnboardingError> {
        let Caller { tenant, .. } = caller;
        let (hash, now) = (state::hash(state), self.clock.now());
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let mut conn = tx.conn();
        let run = onboarding::of_bearer(&mut conn, tenant, &hash, bearer(caller)).await?;
        let Some(run) = run.filter(|run| run.consumed_at.is_some() || run.expires_at > now) else {
            drop(tx);
            return Err(self.why_refused(&hash, caller).await?);
        };
        let heard = dialog::read(Some(event), data, now);
        onboarding::merge_dialog(&mut conn, tenant, run.id, &heard).await?;
        // Closing the dialog on its last page is told as a cancel and gives a code all the same: the code decides.
        if run.consumed_at.is_none() && dialog::is_withheld(&heard) {
            let (step, error) = (Step::OauthCompleted, dialog::withheld(&heard));
            let failure = Failure { error: &error, ..Failure::default() };
            onboarding::step_failed(&mut conn, tenant, run.id, step, &failure, now).await?;
            changes::step(&mut conn, tenant, run.id, step, StepState::Failed, Some(&error), now).await?;
        }
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(())
    }
}
