use switchboard_store::{
    Scope, Step, StepState,
    onboarding::{self, StepRow},
};

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
        let context = Context { service: self.clone(), caller, id: newest.id, code: None, hints };
        context.run_detached(from).await
    }
}

/// The step to go on with; `None` where the dialog gave no consent or nothing is left to do.
pub(crate) fn stopped_in(steps: &[StepRow]) -> Option<Step> {
    let done = |step: Step| steps.iter().any(|row| row.step == step && row.state == StepState::Done);
    CHAIN.into_iter().find(|step| !done(*step)).filter(|_| done(Step::OauthCompleted))
}
