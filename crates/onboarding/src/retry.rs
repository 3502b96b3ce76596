use switchboard_store::{
    Scope, Step, StepState,
    onboarding::{self, StepRow},
};

use uuid::Uuid;

use crate::{Caller, Finished, Hints, Onboarding, OnboardingError, context::Context, run::CHAIN};

impl Onboarding {
    /// Goes on with the tenant's newest run from the step it stopped in. Any person of the tenant who may, may: the token
    /// is the tenant's by now. `hints` choose another account or number than before, if given.
    ///
    /// # Errors
    /// [`OnboardingError::NothingToRetry`]: no run got past the dialog, or the newest is done;
    /// [`OnboardingError::StartAgain`]: it has no token; [`OnboardingError::Busy`]: somebody is at it.
    pub async fn retry(&self, caller: Caller, hints: Hints) -> Result<Finished, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(caller.tenant)).await?;
        let newest = onboarding::newest(&mut tx.conn(), caller.tenant).await?.ok_or(OnboardingError::NothingToRetry)?;
        let steps = onboarding::steps(&mut tx.conn(), caller.tenant, newest.id).await?;
        drop(tx);
        let from = stopped_in(&steps).ok_or(OnboardingError::NothingToRetry)?;
        if newest.token.is_none() && newest.waba_id.is_none() {
            return Err(OnboardingError::StartAgain);
        }
        self.keep_choice(caller, newest.id, &hints).await?;
        let context = Context { service: self.clone(), caller, id: newest.id, code: None, hints };
        context.run_detached(from).await
    }

    /// What a person chose stands when a step is tried again.
    async fn keep_choice(&self, caller: Caller, run: Uuid, hints: &Hints) -> Result<(), OnboardingError> {
        if *hints == Hints::default() {
            return Ok(());
        }
        let mut tx = self.db.write(Scope::Tenant(caller.tenant)).await?;
        let row = onboarding::get(&mut tx.conn(), caller.tenant, run).await?.ok_or(OnboardingError::NothingToRetry)?;
        let mut dialog = row.dialog.map(|dialog| dialog.0).unwrap_or_default();
        if let Some(chosen) = &hints.waba_id {
            dialog.waba_ids.retain(|id| id != chosen);
            dialog.waba_ids.insert(0, chosen.clone());
        }
        dialog.phone_number_id = hints.phone_number_id.clone().or(dialog.phone_number_id);
        onboarding::merge_dialog(&mut tx.conn(), caller.tenant, run, &dialog).await?;
        Ok(tx.commit().await?)
    }
}

/// The step to go on with; `None` where the dialog gave no consent or nothing is left to do.
pub(crate) fn stopped_in(steps: &[StepRow]) -> Option<Step> {
    let done = |step: Step| steps.iter().any(|row| row.step == step && row.state == StepState::Done);
    CHAIN.into_iter().find(|step| !done(*step)).filter(|_| done(Step::OauthCompleted))
}
