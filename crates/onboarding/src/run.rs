//! Going through the steps.

use std::time::Duration;

use switchboard_store::{Signal, Step, StepState, onboarding};

use crate::{
    OnboardingError, changes,
    context::Context,
    failure::{StepError, StepFailure},
    steps,
};

/// What the callback's own step is followed by, in order.
pub(crate) const CHAIN: [Step; 5] =
    [Step::TokenObtained, Step::WabaLinked, Step::PhoneVerified, Step::WebhookActive, Step::Ready];

/// Who began a step this long ago and has not ended it has died: no step's calls to Meta take as long.
pub(crate) const ABANDONED_AFTER: Duration = Duration::from_mins(2);

/// How going through the steps ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// The number is connected.
    Connected,
    /// `step` failed; `error` says to people why and what to do.
    Stopped { step: Step, error: String },
}

impl Context {
    /// Goes through the steps in a task of its own: a browser that hangs up meanwhile must not leave a used-up code
    /// without a token.
    pub(crate) async fn run_detached(self, from: Step) -> Result<Finished, OnboardingError> {
        tokio::spawn(async move { self.run(from).await }).await.map_err(|_| OnboardingError::Interrupted)?
    }

    async fn run(&self, from: Step) -> Result<Finished, OnboardingError> {
        for step in CHAIN.into_iter().skip_while(|step| *step != from) {
            if let Err(failure) = self.take(step).await? {
                return Ok(Finished::Stopped { step, error: failure.for_people });
            }
        }
        Ok(Finished::Connected)
    }

    /// Works on one step; how it went is stored before this returns.
    async fn take(&self, step: Step) -> Result<Result<(), StepFailure>, OnboardingError> {
        self.begin(step).await?;
        let outcome = steps::run(step, self).await.map_err(|error| match error {
            StepError::Failed(failure) => failure,
            StepError::Internal(error) => {
                tracing::error!(%error, tenant = %self.caller.tenant, onboarding = %self.id, %step, "a step of a connection failed");
                StepFailure::ours()
            }
        });
        self.end(step, &outcome).await?;
        Ok(outcome)
    }

    async fn begin(&self, step: Step) -> Result<(), OnboardingError> {
        let (tenant, now) = (self.caller.tenant, self.service.clock.now());
        let mut tx = self.write().await?;
        if !onboarding::begin_step(&mut tx.conn(), tenant, self.id, step, now, ABANDONED_AFTER).await? {
            return Err(OnboardingError::Busy);
        }
        changes::step(&mut tx.conn(), tenant, self.id, step, StepState::Running, None, now).await?;
        tx.commit().await?;
        self.service.notifier.notify(Signal::Event);
        Ok(())
    }

    async fn end(&self, step: Step, outcome: &Result<(), StepFailure>) -> Result<(), OnboardingError> {
        let (tenant, now) = (self.caller.tenant, self.service.clock.now());
        let mut tx = self.write().await?;
        let mut conn = tx.conn();
        match outcome {
            Ok(()) => {
                onboarding::step_done(&mut conn, tenant, self.id, step, now).await?;
                changes::step(&mut conn, tenant, self.id, step, StepState::Done, None, now).await?;
            }
            Err(failure) => {
                onboarding::step_failed(&mut conn, tenant, self.id, step, &failure.as_stored(), now).await?;
                let error = Some(failure.for_people.as_str());
                changes::step(&mut conn, tenant, self.id, step, StepState::Failed, error, now).await?;
            }
        }
        tx.commit().await?;
        self.service.notifier.notify(Signal::Event);
        Ok(())
    }
}
